"""Reads a submission's source with Python's own parser and reports what its functions do.

inspect(files) takes {path: source} and gives plain lists with line numbers; it never imports or runs
what it reads. It answers questions that running the code cannot: which functions talk to a server,
which read its answer, and where a parameter is compared with something else.

It is a small abstract interpreter in three parts, modules beside this one: inspection_values (what a
value may be), inspection_flow (how values move), inspection_syntax (what each form of Python does). Beside it,
inspection_handlers looks at broad handlers and inspection_types at declared results.
Whoever embeds this file embeds those as well and makes each a module under its own name.

The source is hostile: files, nodes and passes are bounded, and whatever cannot be read is reported.
"""

import ast
import codecs
import hashlib
import io
import tokenize

from inspection_handlers import handlers_of
from inspection_syntax import Syntax
from inspection_types import declared_types, returned_type

MAX_FILES = 64
MAX_SOURCE = 1 << 20
MAX_NODES = 40_000
MAX_PASSES = 10
MAX_TEXT = 200
# Editors on Windows write it; Python's import passes over it, and ast.parse does not.
BYTE_ORDER_MARK = "\ufeff"


# In these, what stands in ASCII is what Python reads. In others (unicode_escape, utf-7) a comment may hold code.
PLAIN_ENCODINGS = ("utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15", "cp1252")


def check_encoding(source):
    """That Python reads what is inspected here, which is UTF-8 whatever the source says that it is."""
    name, _ = tokenize.detect_encoding(io.BytesIO(source.encode("utf-8", "surrogateescape")).readline)
    if codecs.lookup(name).name not in PLAIN_ENCODINGS:
        raise ValueError(f"its encoding is {name}, and what Python reads need not be what stands there")


def read_file(path, source):
    """(what the report says of the file, its tree or None)."""
    about = {"path": path, "sha256": "", "lines": 0, "error": None}
    tree = None
    try:
        about["sha256"] = hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()
        about["lines"] = source.count("\n") + (not source.endswith("\n"))
        if len(source) > MAX_SOURCE:
            raise ValueError(f"the file has more than {MAX_SOURCE} characters")
        check_encoding(source)
        tree = ast.parse(source.removeprefix(BYTE_ORDER_MARK))
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            tree = None
            raise ValueError(f"the file has more than {MAX_NODES} syntax nodes")
    except SyntaxError as e:
        about["error"] = {"kind": "syntax", "message": str(e.msg)[:MAX_TEXT], "line": e.lineno or 0}
    except (RecursionError, MemoryError):
        about["error"] = {"kind": "too_deep", "message": "the source is nested too deeply", "line": 0}
    except Exception as e:  # whatever else a parser does with hostile text
        about["error"] = {"kind": "unreadable", "message": str(e)[:MAX_TEXT], "line": 0}
    return about, tree


def imports_of(trees):
    found = []
    for path, tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [(path, node.lineno, a.name, "", a.asname or a.name) for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                found += [(path, node.lineno, base, a.name, a.asname or a.name) for a in node.names]
    return [dict(zip(("file", "line", "module", "name", "as"), row)) for row in sorted(found)]


def report_functions(analysis, declared):
    lines = {}
    for number, kind, line in sorted(analysis.marks):
        lines.setdefault((number, kind), []).append(line)
    calls = {}
    for caller, callee, line in sorted(analysis.calls):
        if caller != analysis.functions[callee].home().number:
            calls.setdefault(caller, []).append({"function": callee, "line": line})
    rows = []
    for fn in analysis.functions:
        home = fn.home()
        rows.append({
            "id": fn.number, "file": fn.file, "name": fn.name, "kind": fn.kind, "line": fn.line,
            "end_line": fn.end_line if fn.kind != "module" else 0, "method": fn.owner is not None,
            "part_of": home.number if home is not fn else None,
            "parameters": [p.arg for p in fn.parameters], "positional": len(fn.positional),
            "vararg": fn.parameters.index(fn.vararg) if fn.vararg else None,
            "requests": lines.get((fn.number, "request"), []),
            "reads": lines.get((fn.number, "read"), []),
            "status_looks": lines.get((fn.number, "status"), []),
            "calls": calls.get(fn.number, []), "unread": fn.unread,
            "returns": returned_type(fn.node, declared)})
    return rows


def exports_of(analysis):
    """Which functions a module's names stand for: an entry point may be imported, bound or wrapped."""
    found = []
    for module in analysis.modules.values():
        for name in sorted(module.env):
            numbers, bound = set(), set()
            for label in analysis.expand(module.env[name].labels):
                if label[0] == "func":
                    numbers.add(label[1])
                elif label[0] == "bound":
                    bound.add(label[1])
                elif label[0] == "inst" and analysis.method(label[1], "__call__"):
                    bound.add(analysis.method(label[1], "__call__").number)
            if numbers or bound:
                found.append({"file": module.file, "name": name, "functions": sorted(numbers),
                              "methods": sorted(bound)})
    return sorted(found, key=lambda e: (e["file"], e["name"]))


def solve(analysis):
    """Passes until nothing moves; then one more in which uses may tell what a value is."""
    for guess in (False, True):
        analysis.guess = guess
        for _ in range(MAX_PASSES):
            analysis.changed, analysis.called = False, set()
            analysis.clear()
            for module in list(analysis.modules.values()):
                analysis.run(module.node.body, module)
            if not analysis.changed:
                break


def inspect(files):
    """What the functions in `files` ({path: source}) do; plain data only."""
    abouts, trees = [], []
    # The entry file lies at the top, and must not be pushed out by what lies below it.
    sources = sorted((path for path in files if path.endswith(".py")), key=lambda p: (p.count("/"), p))
    for path in sorted(sources[:MAX_FILES]):
        about, tree = read_file(path, files[path])
        abouts.append(about)
        if tree is not None:
            trees.append((path, tree))
    analysis = Syntax()
    for path, tree in trees:
        analysis.add_module(path, tree)
    solve(analysis)
    comparisons = {}
    for number, line, end_line, how, param, with_answer in sorted(analysis.comparisons, key=repr):
        key = (number, line, end_line, how)
        entry = comparisons.setdefault(key, {
            "function": number, "file": analysis.functions[number].file, "line": line, "end_line": end_line,
            "how": how, "parameters": []})
        entry["parameters"].append({"function": param[1], "index": param[2], "with_answer": with_answer})
    literals = [{"function": n, "file": analysis.functions[n].file, "line": line, "value": value}
                for n, line, value in sorted(analysis.literals)]
    return {
        "files": abouts, "functions": report_functions(analysis, declared_types(trees)), "exports": exports_of(analysis),
        "comparisons": [comparisons[k] for k in sorted(comparisons)], "literals": literals,
        "imports": imports_of(trees), "broad_handlers": handlers_of(analysis),
        "cut": len(sources) > MAX_FILES}
