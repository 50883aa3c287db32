"""Takes apart what was handed in: an archive's entries, or a folder's files, to the files of a submission.

arrange_archive and arrange_files give plain data: the files, which entries were left out or refused and
why, what was done with others, and which files might be the solution where that cannot be told. Nothing is
written, imported or run.

All that is given is hostile, and whoever reads what comes out checks it again.
"""

import ast
import re
import unicodedata

from notebook import code_of

MAX_ROWS = 200  # of each list that is for people
MAX_SOURCES = 64  # that are looked at for the function
MAX_SOURCE = 1 << 20
MAX_NAME, MAX_PATH = 255, 900  # bytes
MAX_SHOWN = 200
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")
DRIVE = re.compile(r"[A-Za-z]:[\\/]")

REASONS = {
    "link": "it is a symbolic link",
    "hard link": "it is a hard link",
    "other": "it is neither a regular file nor a folder",
}


def name_of(raw, is_zip):
    """Names in a zip without the mark of UTF-8 are in the first PC's code page, says its format; many
    are UTF-8 all the same."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437") if is_zip else raw.decode("utf-8", "surrogateescape")
    # Some packers of Windows write its own separator, against the format.
    return name.replace("\\", "/") if is_zip and "/" not in name else name


def parts_of(name):
    """(components, why the name is refused or None)."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or DRIVE.match(name):
        return parts, "its name is absolute"
    if ".." in parts:
        return parts, "its name leads out of the submission"
    if any(ord(c) < 0x20 or ord(c) == 0x7f for c in name):
        return parts, "its name holds control characters"
    if any("\ud800" <= c <= "\udfff" for c in name):
        return parts, "its name is not UTF-8"
    sizes = [len(part.encode()) for part in parts]
    if any(size > MAX_NAME for size in sizes) or sum(sizes) + len(sizes) > MAX_PATH:
        return parts, "its name is too long"
    return parts, None


def printable(name):
    """A path for a list that people read: whole characters, and not a megabyte of them."""
    text = name.encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def same_name(path):
    """What a file system that folds case, or composes letters, makes of a path."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def defines(source, name):
    """Whether the top level of a source defines that function, inside of `if`, `try` and their like as well."""
    try:
        if len(source) > MAX_SOURCE:
            return False
        waiting = list(ast.parse(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += [child for child in ast.iter_child_nodes(node)
                        if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))]
    return False


class Submission:
    def __init__(self, options):
        self.options = options
        self.files = {}  # path → bytes
        self.refused, self.notes, self.left_out, self.unsure = [], [], [], []

    def refuse(self, path, why):
        # What stands for the entry file is known to have been refused, whatever else was.
        is_entry = path.rpartition("/")[2] == self.options["entry"]
        if len(self.refused) < MAX_ROWS * (2 if is_entry else 1):
            self.refused.append([printable(path), why])

    def note(self, path, what):
        if len(self.notes) < MAX_ROWS:
            self.notes.append([printable(path), what])

    # --- names

    def tool_prefix(self, parts):
        """The path down to the first folder or file that tools and systems leave behind; or None."""
        for i, part in enumerate(parts):
            if part.startswith(".") or part in self.options["tool_folders"]:
                return "/".join(parts[:i + 1])
        return None

    def limit_for(self, raw, is_zip):
        """How many bytes an entry may have; negative: nobody wants it."""
        parts, why = parts_of(name_of(raw, is_zip))
        if why or not parts or self.tool_prefix(parts):
            return -1
        return self.options["notebook_bytes" if parts[-1].endswith(".ipynb") else "file_bytes"]

    def take_entries(self, entries, is_zip):
        """The files among an archive's entries."""
        found = []
        for raw, kind, contents, problem in entries:
            name = name_of(raw, is_zip)
            parts, why = parts_of(name)
            prefix = None if why else self.tool_prefix(parts)
            if prefix:
                if prefix not in self.left_out and len(self.left_out) < MAX_ROWS:
                    self.left_out.append(prefix)
            elif why or kind in REASONS or problem:
                self.refuse(name, why or REASONS.get(kind) or problem)
            elif not parts:
                if kind == "file":
                    self.refuse(name, "its name is empty")
            elif kind == "file" and contents is None:
                self.refuse("/".join(parts), f"it is larger than {self.limit_for(raw, is_zip) >> 10} KiB")
            else:
                found.append(("/".join(parts), contents))
        self.keep_those_that_differ(found)

    def keep_those_that_differ(self, found):
        """Which of two entries of one name would be graded, and which read? Neither is taken."""
        folders, names = set(), {}
        for path, contents in found:
            inner = same_name(path)
            if contents is None:
                folders.add(inner)
            else:
                names.setdefault(inner, []).append(path)
            while "/" in inner:
                inner = inner.rpartition("/")[0]
                folders.add(inner)
        for path, contents in found:
            if contents is None:
                continue  # a folder
            alike = names[same_name(path)]
            if len(alike) > 1:
                exact = len(set(alike)) == 1
                self.refuse(path, "several entries have this name" if exact else
                            "another entry has this name but for case, or for how its letters are composed")
            elif same_name(path) in folders:
                self.refuse(path, "a folder has the same name")
            else:
                self.files[path] = contents

    def strip_top_folder(self):
        """An archive of a folder is that folder, however many times it was wrapped."""
        while self.files:
            tops = {path.partition("/")[0] for path in self.files}
            if len(tops) > 1 or any("/" not in path for path in self.files):
                return
            prefix = tops.pop() + "/"
            self.files = {path[len(prefix):]: contents for path, contents in self.files.items()}
            for rows in (self.refused, self.notes):
                for row in rows:
                    if ".." not in row[0]:  # such a name is shown as it was
                        row[0] = row[0].removeprefix(prefix)
            self.left_out = [path.removeprefix(prefix) for path in self.left_out]

    # --- notebooks

    def convert_notebooks(self):
        for path in sorted(path for path in self.files if path.endswith(".ipynb")):
            raw = self.files.pop(path)
            target = path.removesuffix(".ipynb") + ".py"
            if target in self.files:
                self.refuse(path, "there is a .py file of the same name, which is taken")
                continue
            try:
                source, magics = code_of(raw)
            except ValueError as e:
                self.refuse(path, str(e))
                continue
            self.files[target] = source.encode()
            what = "its code cells are taken, as a .py file"
            if magics:
                lines = "line is a comment there" if magics == 1 else "lines are comments there"
                what += f"; {magics} {lines}, being no Python (magics, shell commands)"
            self.note(path, what)

    # --- the entry file

    def find_entry(self):
        """The file that stands for the entry file; None where there is none, or no telling which."""
        named = self.options["named"]
        for path in (named, named.removesuffix(".ipynb") + ".py"):
            if named and path in self.files:
                return path
        sources = sorted((path for path in self.files
                          if path.endswith(".py") and path != self.options["draft"]),
                         key=lambda path: (path.count("/"), path))
        defining = [path for path in sources[:MAX_SOURCES]
                    if defines(self.files[path].decode("utf-8-sig", "replace"), self.options["function"])]
        likely = defining or sources
        if len(likely) == 1:
            return likely[0]
        self.unsure = [printable(path) for path in likely[:MAX_ROWS]]
        return None

    def make_entry(self, path):
        """Puts that file, and what lies beside it, where the entry file has to be."""
        folder = path.rpartition("/")[0]
        if folder:
            inner = {other[len(folder) + 1:]: other for other in self.files if other.startswith(folder + "/")}
            for target, source in inner.items():
                outer = self.files.get(target)
                if outer is not None and target not in inner.values():
                    self.refuse(target, "a file of this name lies beside the solution, and is taken")
                    del self.files[target]
            moved = {target: self.files.pop(source) for target, source in inner.items()}
            self.files.update(moved)
            self.note(folder, "the solution lies here: taken as the submission's own folder")
        name = path.rpartition("/")[2]
        if name != self.options["entry"]:
            if self.files.pop(self.options["entry"], None) is not None:
                self.refuse(self.options["entry"], "another file was named as the solution")
            self.files[self.options["entry"]] = self.files.pop(name)
            self.note(path, f"taken as {self.options['entry']}")


def arrange(submission):
    """All but the reading of names, for archives and for folders alike."""
    entry = submission.options["entry"]
    # Nothing takes the place of an entry file that is there and is not taken.
    if entry not in submission.files and all(path != entry for path, _ in submission.refused):
        submission.convert_notebooks()
        path = None if entry in submission.files else submission.find_entry()
        if path:
            submission.make_entry(path)
    return {"files": [[path, submission.files[path]] for path in sorted(submission.files)],
            "refused": submission.refused, "notes": submission.notes,
            "left_out": submission.left_out, "unsure": submission.unsure, "failed": None}


def arrange_archive(entries, is_zip, failed, submission):
    if failed:
        return {"files": [], "refused": [], "notes": [], "left_out": [], "unsure": [], "failed": failed}
    submission.take_entries(entries, is_zip)
    submission.strip_top_folder()
    for path in submission.files:
        if path.lower().endswith(ARCHIVES):
            submission.note(path, "it stays packed: an archive inside of another is a file like any other")
    return arrange(submission)


def arrange_files(files, submission):
    submission.files = dict(files)
    return arrange(submission)
