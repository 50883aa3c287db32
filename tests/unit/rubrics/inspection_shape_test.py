"""The source inspection: literals, the shape of its output, and source that means harm."""

import inspect
import textwrap
import unittest

import inspection_support  # noqa: F401: puts the inspection on the path
import inspection
from inspection_support import FETCH, api, look


class Literals(unittest.TestCase):
    def literals(self, body, head=""):
        source = FETCH + head + "def check_pipeline_health(d, m):\n    rows = fetch(d)['row_count']\n" + \
            textwrap.indent(textwrap.dedent(body), "    ")
        return [l["value"] for l in look(source)["literals"]]

    def test_a_threshold_in_the_source(self):
        self.assertEqual(self.literals("return rows < 1000\n"), [1000])
        self.assertEqual(self.literals("return rows < LEAST\n", head="LEAST = 500\n"), [500])
        self.assertEqual(self.literals("least = 10 * 50\nreturn rows >= least\n"), [500])
        self.assertEqual(self.literals("m = 1000\nreturn rows < m\n"), [1000])

    def test_a_tolerance_on_the_minimum(self):
        self.assertEqual(self.literals("return rows < m * 0.9\n"), [])  # below one: no threshold by itself

    def test_zero_one_and_sanity_bounds_are_none(self):
        self.assertEqual(self.literals("return rows <= 0 or rows < 1 or rows == -1\n"), [])
        self.assertEqual(self.literals("if rows > 10_000_000_000:\n    return 1\n"), [])
        self.assertEqual(self.literals("if rows > 50_000_000:\n    raise ValueError('odd')\n"), [])
        self.assertEqual(self.literals("assert rows < 50_000\n"), [])

    def test_statuses_of_http_are_none(self):
        self.assertEqual(look("import requests\ndef f(u):\n    r = requests.get(u)\n"
                              "    if r.status_code >= 500:\n        return 1\n")["literals"], [])


class Files(unittest.TestCase):
    def test_files_that_are_no_source_take_no_place(self):
        files = {f"data/{n}.csv": "1,2" for n in range(300)} | {"solution.py": FETCH}
        found = inspection.inspect(files)
        self.assertEqual([f["path"] for f in found["files"]], ["solution.py"])
        self.assertFalse(found["cut"])

    def test_too_many_sources_are_cut_from_the_bottom_and_said(self):
        files = {f"a/{n}.py": "" for n in range(inspection.MAX_FILES)} | {"solution.py": FETCH}
        found = inspection.inspect(files)
        self.assertIn("solution.py", [f["path"] for f in found["files"]])
        self.assertEqual(len(found["files"]), inspection.MAX_FILES)
        self.assertTrue(found["cut"])


class Shape(unittest.TestCase):
    def test_lines_are_those_of_the_code_object(self):
        source = "import functools\n\n@functools.lru_cache(\n    maxsize=3)\ndef f():\n    return 1\n"
        f = look(source)["functions"][1]
        scope = {}
        exec(source, scope)
        self.assertEqual(f["line"], scope["f"].__wrapped__.__code__.co_firstlineno)
        self.assertEqual(f["end_line"], 6)

    def test_names_are_qualified_as_python_qualifies_them(self):
        source = "class A:\n    class B:\n        def m(self):\n            def n():\n                return lambda: 1\n            return n\n"
        scope = {}
        exec(source, scope)
        inner = scope["A"].B().m()
        self.assertEqual([f["name"] for f in look(source)["functions"][1:]],
                         [scope["A"].B.m.__qualname__, inner.__qualname__, inner().__qualname__])

    def test_decorators_and_defaults_are_evaluated_around_the_function(self):
        source = ("def keep(f):\n    return lambda g: g\n"
                  "class A:\n    @keep(lambda: 1)\n    def m(self, a=lambda: 2, *, b=lambda: 3):\n        return lambda: 4\n"
                  "f = lambda a=lambda: 5: a\n")
        wanted, todo = [], [compile(source, "x", "exec")]
        while todo:
            inner = [c for c in todo.pop().co_consts if hasattr(c, "co_qualname")]
            wanted += [(c.co_firstlineno, c.co_qualname) for c in inner if c.co_flags & inspect.CO_OPTIMIZED]
            todo += inner
        found = [(f["line"], f["name"]) for f in look(source)["functions"] if f["kind"] != "module"]
        self.assertEqual(sorted(found), sorted(wanted))

    def test_broad_handlers(self):
        report = look("def f():\n    try:\n        g()\n    except ValueError:\n        pass\n    except (KeyError, Exception):\n"
                      "        return 1\n    try:\n        g()\n    except:\n        pass\n")
        self.assertEqual([(h["line"], h["catches"], h["only_passes"]) for h in report["broad_handlers"]],
                         [(6, "Exception", False), (10, "bare", True)])

    def test_imports_with_their_aliases(self):
        self.assertEqual(look("import a.b as c\nfrom . import d as e\n")["imports"], [
            {"file": "solution.py", "line": 1, "module": "a.b", "name": "", "as": "c"},
            {"file": "solution.py", "line": 2, "module": ".", "name": "d", "as": "e"}])


class HostileSource(unittest.TestCase):
    def error(self, source):
        report = inspection.inspect({"solution.py": source})
        return report["files"][0]["error"]

    def test_a_syntax_error_is_data(self):
        self.assertEqual(self.error("x = 1\ndef f(:\n")["kind"], "syntax")
        self.assertEqual(self.error("x = 1\ndef f(:\n")["line"], 2)

    def test_an_encoding_in_which_comments_hold_code_is_data(self):
        for name in "unicode_escape", "utf-7", "raw-unicode-escape":
            self.assertEqual(self.error(f"# coding: {name}\nx = 1  # \\u000a x = 2\n")["kind"], "unreadable")
        self.assertEqual(self.error("#!/usr/bin/python3\n# -*- coding: nonesuch -*-\n")["kind"], "syntax")
        for name in "utf-8", "UTF8", "latin-1", "iso-8859-15", "cp1252", "ascii":
            self.assertIsNone(self.error(f"# coding: {name}\nx = 1\n"))
        self.assertIsNone(self.error("x = 1\ny = 2\n# coding: utf-7\n"))  # only the first two lines count
        self.assertIsNone(self.error("\ufeff# coding: utf-8\nx = 1\n"))

    def test_nul_bytes_lone_surrogates_and_depth_are_data(self):
        self.assertIsNotNone(self.error("x = '\0'"))
        self.assertIsNotNone(self.error("x = '\ud800'"))
        self.assertIsNotNone(self.error("(" * 5000 + ")" * 5000))
        self.assertIsNotNone(self.error("x" * (inspection.MAX_SOURCE + 1)))
        self.assertIsNotNone(self.error("[" + "0," * inspection.MAX_NODES + "]"))

    def test_a_byte_order_mark_is_passed_over_as_by_an_import(self):
        self.assertIsNone(self.error("\ufeffx = 1\r\n"))
        self.assertEqual(self.error("\ufeff\nx = (")["line"], 2)
        self.assertIsNotNone(self.error("x = 1\n\ufeffy = 2\n"))

    def test_a_deep_expression_costs_only_its_file(self):
        deep = "def f():\n    return " + "+".join(["x"] * 900) + "\n"
        report = inspection.inspect({"deep.py": deep, "solution.py": "import requests\ndef g(u):\n    return requests.get(u)\n"})
        self.assertEqual(api(report), ["g"])
        self.assertEqual([f["name"] for f in report["functions"] if f["unread"]], ["f"])

    def test_recursion_cycles_and_odd_classes_end(self):
        inspection.inspect({"solution.py": textwrap.dedent("""
            def f(x): return g(x)
            def g(x): return f(x) or f
            class A: pass
            class B(A): pass
            A = B
            class A(A): pass
            x = f
            x = x(x)(x)
            def h(*a, **k): return h(*a, **k)
            """)})

    def test_other_files_are_left_alone(self):
        self.assertEqual(inspection.inspect({"REVIEW.md": "x = ("})["files"], [])

if __name__ == "__main__":
    unittest.main()
