"""Checks the shape of the source tree: who includes whom, how long things are, what opens a header.

Run from the root of the source tree: /usr/bin/python3 tests/tidy/tidy_test.py
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(".")
CODE = ("harness", "mock_warehouse", "rubrics", "sandboxes")

# A folder may include what stands in its own layer's allowance: the line
#   base <- model <- authored <- {mock_warehouse, sandboxes, rubrics} <- the rest of harness
# as harness/ARCHITECTURE.md draws it. The longest matching prefix counts.
ALLOWED = {
    "harness/base": ["harness/base"],
    "harness/model": ["harness/base", "harness/model"],
    "harness/authored": ["harness/base", "harness/model", "harness/authored"],
    "mock_warehouse": ["harness/base", "harness/model", "harness/authored", "mock_warehouse"],
    "sandboxes": ["harness/base", "harness/model", "sandboxes"],
    "rubrics": ["harness/base", "harness/model", "harness/authored", "rubrics"],
    "harness/plan": ["harness/base", "harness/model", "harness/authored", "mock_warehouse", "harness/plan"],
    "harness/evidence": ["harness/base", "harness/model", "rubrics", "harness/evidence"],
    "harness/report": ["harness/base", "harness/model", "harness/authored", "harness/report"],
    "harness/reference": ["harness/base", "harness/model", "harness/authored", "harness/plan", "mock_warehouse",
                          "rubrics", "harness/reference"],
    "harness/marks": ["harness/base", "harness/model", "harness/report", "harness/marks"],
    "harness/run": ["harness", "mock_warehouse", "sandboxes", "rubrics"],
    "harness/serve": ["harness", "mock_warehouse", "sandboxes"],
    "harness/sql": ["harness/base", "mock_warehouse", "sandboxes"],
    "harness/cli": ["harness", "mock_warehouse", "sandboxes", "rubrics"],
}

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70
MAX_COLUMNS = 100  # of .clang-format, which breaks code and leaves comments as they are


def sources(*endings):
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings:
                yield path


def layer_of(path):
    matching = [prefix for prefix in ALLOWED if path.as_posix().startswith(prefix + "/")]
    return max(matching, key=len, default=None)


def includes_of(text):
    return re.findall(r'^#include "([^"]+)"', text, re.MULTILINE)


def long_functions(text):
    """(line, length) of each function-like body at the indentation that clang-format gives it.

    A body starts where a line ends in "{" and does not open a namespace, class or table; it ends at the
    "}" of the same indentation.
    """
    lines = text.splitlines()
    for start, line in enumerate(lines):
        opening = re.match(r"^( *)\S.*\) ?(?:const|noexcept|override|->.*|\s)*\{$", line)
        if not opening or re.match(r"^ *(?:if|for|while|switch|else|namespace|\})", line):
            continue
        indent = opening.group(1)
        for end in range(start + 1, len(lines)):
            if lines[end].startswith(indent + "}"):
                if end - start - 1 > MAX_FUNCTION_LINES:
                    yield start + 1, end - start - 1
                break


class Tidy(unittest.TestCase):
    def test_the_tree_is_there(self):
        self.assertGreater(len(list(sources(".cpp"))), 30, "run this from the root of the source tree")

    def test_includes_follow_the_line_of_dependencies(self):
        wrong = []
        for path in sources(".cpp", ".h"):
            layer = layer_of(path)
            self.assertIsNotNone(layer, f"{path}: add its folder to ALLOWED in {__file__}")
            for include in includes_of(path.read_text()):
                if "/" not in include:
                    continue  # a generated file of the same target
                allowed = any(include.startswith(prefix + "/") for prefix in ALLOWED[layer])
                from_below = layer != "harness/cli" and include.startswith("harness/cli/")
                if not allowed or from_below:
                    wrong.append(f"{path} includes {include}")
        self.assertEqual(wrong, [])

    def test_no_file_is_longer_than_a_sitting(self):
        long = [f"{path}: {n} lines" for path in sources(".cpp", ".h", ".py")
                if (n := len(path.read_text().splitlines())) > MAX_FILE_LINES]
        self.assertEqual(long, [])

    def test_no_function_is_longer_than_a_screen(self):
        long = [f"{path}:{line}: {length} lines" for path in sources(".cpp", ".h")
                for line, length in long_functions(path.read_text())]
        self.assertEqual(long, [])

    def test_no_comment_is_wider_than_the_code(self):
        texts = [path for folder in (*CODE, "tests") for path in sorted((ROOT / folder).rglob("*"))
                 if path.suffix in (".cpp", ".h")]
        wide = [f"{path}:{number}: {len(line)} columns" for path in texts
                for number, line in enumerate(path.read_text().splitlines(), 1)
                if len(line) > MAX_COLUMNS and re.match(r"^\s*//|.*\S  ///?<? ", line)]
        self.assertEqual(wide, [])

    def test_every_header_opens_with_its_contract(self):
        bad = [str(path) for path in sources(".h")
               if not re.match(r"#pragma once\n\n//", path.read_text())]
        self.assertEqual(bad, [])

    def test_every_source_includes_its_own_header_first(self):
        bad = []
        for path in sources(".cpp"):
            header = path.with_suffix(".h")
            found = includes_of(path.read_text())
            if header.exists() and (not found or found[0] != header.as_posix()):
                bad.append(str(path))
        self.assertEqual(bad, [])

    def test_the_function_scan_finds_a_long_function(self):
        body = "\n".join("  work();" for _ in range(MAX_FUNCTION_LINES + 1))
        self.assertEqual(list(long_functions(f"int f(int a) {{\n{body}\n}}\n")), [(1, MAX_FUNCTION_LINES + 1)])
        self.assertEqual(list(long_functions("int f() {\n  work();\n}\n")), [])


if __name__ == "__main__":
    unittest.main()
