"""The code of a Jupyter notebook as one Python source.

code_of(raw) takes the bytes of an .ipynb and gives (source, lines commented out). Code cells stand in
the order of the notebook, each behind a line that tells which cell it was, counted as a reader counts
them from the top. Text, outputs and attachments are left out. What only IPython understands (magics,
shell escapes, help) becomes a comment, so that lines of the report are lines that the candidate wrote.

The notebook is hostile: a ValueError says in a sentence why it is not taken.
"""

import ast
import io
import json
import re
import tokenize

MAX_CELLS = 2_000
MAX_MAGICS = 1_000
# %magic, !shell, ?help, help?, x = %magic, x = !shell
MAGIC = re.compile(r"\s*([%!?]|[\w.]+\?{1,2}\s*$|[\w., ]+=\s*[%!])")
# Cell magics that take Python as their body; any other takes what is no Python.
PYTHON_BODY = ("time", "timeit", "capture", "prun")


def read(raw):
    try:
        notebook = json.loads(raw.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deeply to be a notebook") from None
    except ValueError:
        raise ValueError("it is no notebook: its JSON cannot be read") from None
    if not isinstance(notebook, dict):
        raise ValueError("it is no notebook: its JSON is no object")
    return notebook


def cells_of(notebook):
    """The cells, of the present format or of the one before (worksheets)."""
    cells = notebook.get("cells")
    if cells is None:
        sheets = notebook.get("worksheets")
        cells = [cell for sheet in sheets if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
                 for cell in sheet["cells"]] if isinstance(sheets, list) else None
    if not isinstance(cells, list):
        raise ValueError("it is no notebook: it has no list of cells")
    if len(cells) > MAX_CELLS:
        raise ValueError(f"it has more than {MAX_CELLS} cells")
    return cells


def language_of(notebook):
    about = notebook.get("metadata")
    about = about if isinstance(about, dict) else {}
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        named = about.get(part)
        if isinstance(named, dict) and isinstance(named.get(key), str):
            return named[key].lower()
    return "python"


def source_of(cell):
    """The source of a code cell; None for any other."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise ValueError("it is no notebook: the source of a cell is no text")
    # A lone surrogate can stand in JSON and in no file.
    return source.encode("utf-8", "replace").decode("utf-8")


def is_python(source):
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def is_inside(lines):
    """Whether what follows these lines is still part of a string or a bracket."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            pass
    except tokenize.TokenError:
        return True
    except SyntaxError:
        return False
    return False


def without_magics(source):
    """(the source with its magics as comments, how many lines that are)."""
    if is_python(source):
        return source, 0
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%") and first[2:].split(" ")[0].strip() not in PYTHON_BODY:
        return "\n".join("# " + line for line in lines), len(lines)
    done, count = [], 0
    for line in lines:
        if count < MAX_MAGICS and MAGIC.match(line) and not is_inside(done):
            indent = line[:len(line) - len(line.lstrip())]
            # Below an `if` it may be all there is.
            line = indent + ("pass  # " if indent else "# ") + line.strip()
            count += 1
        done.append(line)
    return "\n".join(done), count


def code_of(raw):
    notebook = read(raw)
    language = language_of(notebook)
    if language not in ("python", "python3", "ipython"):
        raise ValueError("it is a notebook of another language than Python")
    parts, magics = [], 0
    for number, cell in enumerate(cells_of(notebook), 1):
        source = source_of(cell)
        if source is None or not source.strip():
            continue
        source, count = without_magics(source)
        magics += count
        parts.append(f"# cell {number}\n{source.rstrip()}\n")
    if not parts:
        raise ValueError("it is a notebook without code")
    return "\n".join(parts), magics
