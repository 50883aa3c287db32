"""Submissions that attack by their source: they are read, inspected, compiled and imported.

Made here, for most are too large or too odd to be files of a source tree.
"""

from corpus import Program

FINE = b"def main(host):\n    return 0\n"
# A source is imported, or it is not; a large one may run out of time at that. What may not be is that
# reading it harms the harness.
ENDS = ["returned", "raised"]
SLOW = [*ENDS, "cpu_time", "wall_time", "memory", "signaled"]


def source(name, aim, text, outcomes=("raised",), gradable=None, **files):
    beside = {path: content.encode() for path, content in files.items()}
    text = text if isinstance(text, bytes) else text.encode()
    return Program(name, text, list(outcomes), aim=aim, gradable=gradable, files=beside)


def shadow(name, text, outcomes=("returned", "raised", "exited"), path=None):
    """A file beside the submission with the name of a module that others import."""
    return source(f"shadow_{name.replace('/', '_')}", f"stand in for the module {name}",
                  f"import {name.split('/')[0]}\n".encode() + FINE, outcomes, **{path or f"{name}.py": text})


def unreadable():
    aim = "be source that nothing can read"
    return [
        source("null_byte", aim, FINE + b"\0", gradable=False),
        source("null_bytes_only", aim, bytes(10_000), gradable=False),
        source("no_utf8", aim, b"x = '\xff\xfe'\n" + FINE, gradable=False),
        source("utf16", aim, FINE.decode().encode("utf-16"), gradable=False),
        source("utf7", aim, b"# -*- coding: utf-7 -*-\n" + FINE, ENDS),
        source("coding_unknown", aim, b"# -*- coding: attack -*-\n" + FINE, ENDS),
        source("coding_rot13", aim, b"# -*- coding: rot13 -*-\n" + FINE, ENDS),
        source("byte_order_mark", aim, b"\xef\xbb\xbf" + FINE, ENDS),
        source("carriage_returns", aim, FINE.replace(b"\n", b"\r"), ENDS),
        source("form_feeds", aim, b"\f" * 1000 + FINE, ENDS),
        source("surrogates", aim, "x = '\\ud800'\nraise ValueError(x)\n", gradable=False),
        source("empty", aim, "", gradable=False),
        source("half", aim, "def main(host", gradable=False),
    ]


def deep():
    aim = "overflow whatever reads its source"
    chain = "if host == 0:\n        pass\n"
    chain += "".join(f"    elif host == {n}:\n        pass\n" for n in range(3000))
    blocks = "".join(" " * n + "if 1:\n" for n in range(99)) + " " * 99 + "x = 1\n"
    functions = "".join(" " * n + f"def f{n}():\n" for n in range(95)) + " " * 95 + "x = 1\n"
    return [
        source("nested_brackets", aim, b"x = " + b"[" * 100_000 + b"]" * 100_000 + b"\n" + FINE, SLOW),
        source("nested_brackets_few", aim, b"x = " + b"[" * 190 + b"]" * 190 + b"\n" + FINE, SLOW),
        source("nested_minus", aim, b"x = " + b"-" * 300_000 + b"1\n" + FINE, SLOW),
        source("nested_not", aim, b"x = " + b"not " * 90_000 + b"1\n" + FINE, SLOW),
        source("nested_attributes", aim, b"x = lambda a: a" + b".b" * 90_000 + b"\n" + FINE, SLOW),
        source("nested_calls", aim, b"x = lambda a: a" + b"()" * 90_000 + b"\n" + FINE, SLOW),
        source("nested_sum", aim, b"x = 1" + b"+1" * 90_000 + b"\n" + FINE, SLOW),
        source("nested_lambda", aim, b"x = " + b"lambda: " * 50_000 + b"1\n" + FINE, SLOW),
        source("nested_blocks", aim, blocks, SLOW),
        source("nested_functions", aim, functions, SLOW),
        source("nested_f_strings", aim, "x = 1\ny = " + "f'{" * 100 + "x" + "}'" * 100 + "\n", SLOW),
        source("long_elif", aim, "def main(host):\n    " + chain + "    return 0\n", SLOW),
        source("long_boolean", aim, b"x = lambda a: a" + b" or a" * 90_000 + b"\n" + FINE, SLOW),
    ]


def large():
    aim = "use up time and memory by its size"
    functions = "".join(f"def f{n}(): return f{n + 1}()\n" for n in range(20_000))
    handlers = "    try:\n        pass\n    except ValueError:\n        pass\n" * 8000
    powers = "x = ((((1,) * 255,) * 255,) * 255,) * 255\ny = str(x)\n"
    parts = {f"part_{n}.py": "x = 1\n" * 100 for n in range(400)}
    return [
        source("large_lines", aim, b"x = 1\n" * 150_000 + FINE, SLOW),
        source("large_functions", aim, functions.encode() + FINE, SLOW),
        source("large_line", aim, b"x = '" + b"y" * 900_000 + b"'\n" + FINE, SLOW),
        source("large_names", aim, b"x" * 500_000 + b" = 1\n" + FINE, SLOW),
        source("large_number", aim, b"x = 0x" + b"f" * 900_000 + b"\n" + FINE, SLOW),
        source("large_number_decimal", aim, b"x = " + b"9" * 900_000 + b"\n" + FINE, SLOW),
        source("large_power", aim, b"x = 9 ** 9 ** 9\n" + FINE, SLOW),
        source("large_tuple", aim, powers.encode() + FINE, SLOW),
        source("large_file", aim, b"#" * (2 << 20) + b"\n" + FINE, ENDS, gradable=False),
        source("many_files", aim, FINE, ENDS, **parts),
        source("large_handlers", aim, "def main(host):\n" + handlers, SLOW),
    ]


def shadows():
    evil = "import os\nos._exit(0)\n"
    return [shadow(name, evil) for name in
            ("json", "ast", "os", "re", "random", "dataclasses", "enum", "inspect", "importlib", "asyncio",
             "traceback", "sitecustomize", "usercustomize", "builtins", "typing", "assay")] + [
        shadow("encodings/utf_8", evil, path="encodings/utf_8.py"),
        shadow("solution", "def main(host):\n    return 'other'\n", path="solution/__init__.py"),
        shadow("pickle", "raise BaseException('no')\n", ["raised"]),
    ]


IS_CALLED = """
    def __call__(self, *arguments):
        return 0
"""
LEAVES = f"""
class M:{IS_CALLED}
    def __getattr__(self, name):
        raise SystemExit(0)
main = M()
"""
SIGNATURE = f"""
class M:{IS_CALLED}
    @property
    def __signature__(self):
        while True:
            pass
main = M()
"""
MODULE = """
import sys
class M:
    def __getattr__(self, name):
        return lambda *arguments: True
sys.modules[__name__] = M()
"""
HOOK = """
import sys
class Finder:
    def find_spec(self, *arguments):
        raise SystemExit(0)
sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, Finder().find_spec)
"""
TRACE = """
import sys
sys.settrace(lambda *arguments: sys.exit(0))
sys.setprofile(lambda *arguments: None)
"""
AUDIT = """
import sys
def hook(*arguments):
    raise SystemExit(0)
sys.addaudithook(hook)
"""


def entries():
    aim = "be something else than a function"
    fine = FINE.decode()
    return [
        source("entry_class", aim, "class main:\n    def __init__(self, host):\n        pass\n", ENDS),
        source("entry_object", aim, LEAVES, [*ENDS, "exited"]),
        source("entry_signature", aim, SIGNATURE, ["cpu_time", "wall_time"]),
        source("entry_wrapped", aim, "def main(*a):\n    return 0\nmain.__wrapped__ = main\n", ENDS),
        source("entry_module", aim, MODULE, ENDS),
        source("entry_module_gone", aim, "import sys\nsys.modules.clear()\n" + fine, ENDS),
        source("entry_generator", aim, "def main(host):\n    yield 0\n", ["returned"]),
        source("entry_coroutine", aim,
               "import asyncio\nasync def main(host):\n    await asyncio.Event().wait()\n", ["virtual_time"]),
        source("entry_coroutine_leaves", aim, "import os\nasync def main(host):\n    os._exit(0)\n", ["exited"]),
        source("entry_async_generator", aim, "async def main(host):\n    yield 0\n", ["returned"]),
        source("entry_homoglyph", aim, "def m\u0430in(host):\n    return 0\n", gradable=False),
        source("entry_none", aim, "main = None\n", gradable=False),
        source("import_hook", aim, HOOK + fine, ENDS),
        source("trace_function", aim, TRACE + fine, [*ENDS, "exited"]),
        source("audit_hook", aim, AUDIT + fine, [*ENDS, "exited"]),
        source("import_spin", aim, "while True:\n    pass\n", ["cpu_time", "wall_time"]),
        source("import_fork", aim, "import os\nos.fork()\n" + fine, [*ENDS, "policy"]),
    ]


def words():
    """What reports and terminals show of a submission."""
    name = "</script><script>alert(1)</script>"
    return [
        source("markup_in_text", "break the page that shows it",
               f"# {name}\n'''{name} \x1b[2J'''\n"
               f"def main(host):\n    raise ValueError('{name} \\x1b[2J \\0 \\ud800')\n"),
        source("markup_in_names", "break the page that shows it", "ｍａｉｎ = lambda host: 1 / 0\n",
               **{"-rf \"><b>.py": "x = 1\n"}),
        source("right_to_left", "look like other source",
               "def main(host):\n    x = '\u202e}; 1 nruter'\n    return x\n", ENDS),
    ]


def all_sources():
    return [*unreadable(), *deep(), *large(), *shadows(), *entries(), *words()]
