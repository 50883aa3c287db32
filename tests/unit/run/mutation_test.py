"""Mutants: which mistakes are made where, and that each is one small change of a text that still parses."""

import ast
import pathlib
import re
import sys
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "harness" / "run"))
import mutation  # noqa: E402

ARGUMENTS = {"day": "2026-03-13", "minimum": 1000}


def made(source, operator=None, path="solution.py"):
    source = textwrap.dedent(source)
    found = mutation.mutate({path: source}, "check", ARGUMENTS)
    data = source.encode()
    texts = [(m, (data[:m["begin"]] + m["text"].encode() + data[m["end"]:]).decode()) for m in found]
    return [text for m, text in texts if operator in (None, m["operator"])]


class Operators(unittest.TestCase):
    def gives(self, operator, source, *results):
        self.assertEqual(made(source, operator), [textwrap.dedent(each) for each in results])

    def test_a_comparison_is_moved_by_its_border_and_turned(self):
        self.gives("swap_comparison", "a < b\n", "(a <= b)\n", "(a > b)\n")
        self.gives("swap_comparison", "a is None\n", "(a is not None)\n")
        self.gives("swap_comparison", "a < b < c\n")

    def test_a_handler_is_dropped_also_where_it_is_the_only_one(self):
        self.gives("drop_handler", "try:\n    a()\nexcept E:\n    b()\nelse:\n    c()\n", "a()\nc()\n")
        self.gives("drop_handler", "try:\n    a()\nexcept E:\n    b()\nfinally:\n    c()\n",
                   "try:\n    a()\nfinally:\n    c()\n")
        self.gives("drop_handler", "try:\n    a()\nexcept E:\n    b()\nexcept F:\n    c()\n",
                   "try:\n    a()\nexcept F:\n    c()\n", "try:\n    a()\nexcept E:\n    b()\n")

    def test_a_handler_is_widened_unless_it_is_broad(self):
        self.gives("widen_handler", "try:\n    a()\nexcept (E, F) as e:\n    b()\n",
                   "try:\n    a()\nexcept Exception as e:\n    b()\n")
        self.gives("widen_handler", "try:\n    a()\nexcept Exception:\n    b()\n")
        self.gives("widen_handler", "try:\n    a()\nexcept:\n    b()\n")

    def test_an_answer_becomes_a_bool(self):
        self.gives("return_bool", "def f():\n    return {'a': 1}\n", "def f():\n    return True\n")
        self.gives("return_bool", "def f():\n    return\n")

    def test_arguments_of_the_entry_point_are_hard_coded_where_they_are_used(self):
        self.gives("hard_code_argument", "def check(day, minimum):\n    return f(minimum)\n",
                   "def check(day, minimum):\n    return f(1000)\n")
        self.gives("hard_code_argument", "def other(day, minimum):\n    return f(minimum)\n")

    def test_a_key_is_dropped_or_misread(self):
        self.gives("drop_key", "def f():\n    g({'a': 1, 'b': 2})\n",
                   "def f():\n    g({'b': 2})\n", "def f():\n    g({'a': 1})\n")
        self.gives("drop_key", "def f():\n    g(dict(a=1))\n", "def f():\n    g(dict())\n")
        self.gives("misread_key", "x['a']\nx.get('b', 1)\nx['c'] = 1\n",
                   "x['a_']\nx.get('b', 1)\nx['c'] = 1\n", "x['a']\nx.get('b_', 1)\nx['c'] = 1\n")

    def test_a_status_is_used_again_for_another(self):
        self.gives("reuse_status", "class S(StrEnum):\n    A = 'a'\n    B = 'b'\n",
                   "class S(StrEnum):\n    A = 'b'\n    B = 'b'\n", "class S(StrEnum):\n    A = 'a'\n    B = 'a'\n")
        self.gives("reuse_status", "def f(s):\n    pass\nf('low')\nf('ok')\n",
                   "def f(s):\n    pass\nf('ok')\nf('ok')\n", "def f(s):\n    pass\nf('low')\nf('low')\n")
        self.gives("reuse_status", "a({'status': 'low'})\nb({'status': 'ok'})\n",
                   "a({'status': 'ok'})\nb({'status': 'ok'})\n", "a({'status': 'low'})\nb({'status': 'low'})\n")
        self.gives("reuse_status", "a({'status': 'low'})\nb({'message': 'ok'})\n")
        self.gives("reuse_status", "f('low')\nf('ok')\n")  # not a function of this file

    def test_timeouts_tries_and_pauses(self):
        self.gives("drop_timeout", "get(u, timeout=3)\n", "get(u)\n")
        self.gives("retry_for_ever", "ATTEMPTS = 3\n", "ATTEMPTS = 1000000\n")
        self.gives("never_retry", "for _ in range(3):\n    pass\n", "for _ in range(1):\n    pass\n")
        self.gives("never_retry", "for n in range(1, TRIES + 1):\n    pass\n", "for n in range(1, 2):\n    pass\n")
        self.gives("never_retry", "for n in range(first, 3):\n    pass\n")
        self.gives("never_retry", "for n in range(9, 0, -1):\n    pass\n")
        self.gives("retry_for_ever", "while n < 3:\n    pass\n", "while True:\n    pass\n")
        self.gives("never_retry", "Retry(total=4, backoff_factor=1)\n", "Retry(total=1, backoff_factor=1)\n")
        self.gives("drop_pause", "async def f():\n    await asyncio.sleep(1)\n", "async def f():\n    pass\n")

    def test_conditions_and_raises(self):
        self.gives("negate_condition", "if f(x):\n    pass\n", "if not (f(x)):\n    pass\n")
        self.gives("swap_and_or", "a and b or c\n", "((a and b) and c)\n", "(a or b) or c\n")
        self.gives("drop_raise", "def f():\n    raise E(\n        1)\n", "def f():\n    pass\n")


class Texts(unittest.TestCase):
    def test_comments_other_lines_and_letters_beyond_ascii_stay(self):
        source = "é = 1  # straße\nif é < 2:  # why\n    x = 'ü'\n"
        self.assertEqual(made(source, "swap_comparison"),
                         [source.replace("é < 2", "(é <= 2)"), source.replace("é < 2", "(é > 2)")])

    def test_a_block_keeps_its_indent(self):
        self.assertEqual(made("""
            def f():
                try:
                    a()
                    b()
                except E:
                    pass
            """, "drop_handler"), [textwrap.dedent("""
            def f():
                a()
                b()
            """)])

    def test_what_stands_in_an_f_string_is_left_alone(self):
        self.assertEqual(made("def check(day, minimum):\n    print(f'{minimum} {minimum < 1}')\n"), [])

    def test_every_mutant_of_the_references_parses_as_something_else(self):
        count = 0
        for path in ROOT.glob("exercises/*/solutions/reference/*/*.py"):
            source = path.read_text()
            original = ast.dump(ast.parse(source))
            for mutant in made(source):
                self.assertNotEqual(ast.dump(ast.parse(mutant)), original, path)
                count += 1
        self.assertGreater(count, 100)

    def test_every_mutant_that_is_listed_as_equivalent_is_made(self):
        lists = list(ROOT.glob("exercises/*/solutions/**/mutants.yaml"))
        self.assertGreater(len(lists), 1)
        for path in lists:
            exercise = (ROOT / "exercises" / path.relative_to(ROOT).parts[1] / "exercise.yaml").read_text()
            function = re.search(r"function: (\w+)", exercise)[1]
            arguments = dict.fromkeys(re.findall(r"- \{name: (\w+)", exercise), 1)
            made = set()
            for folder in (path.parent / "reference").iterdir():
                files = {each.name: each.read_text() for each in folder.glob("*.py") if each.name != "draft.py"}
                made |= {f"{folder.name}/{each['id']}" for each in mutation.mutate(files, function, arguments)}
            listed = set(re.findall(r"^ +- (\S+#\S+)$", path.read_text(), re.MULTILINE))
            self.assertEqual(listed - made, set(), path)

    def test_ids_are_unique_and_do_not_know_lines(self):
        source = "def f(a):\n    return a < 1\n\n\ndef g(a):\n    return a < 1 and a > 2\n"
        ids = [m["id"] for m in mutation.mutate({"solution.py": source}, "check", {})]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(ids, [m["id"] for m in mutation.mutate({"solution.py": "\n\n" + source}, "check", {})])
        self.assertIn("solution.py#g:swap_comparison:1", ids)

    def test_what_python_cannot_read_has_no_mutants(self):
        self.assertEqual(mutation.mutate({"a.py": "def", "b.txt": "a < b", "c.py": "(" * 5000}, "f", {}), [])

    def test_the_mutants_of_a_file_are_bounded(self):
        self.assertEqual(len(made("a < b\n" * 1000)), mutation.MAX_MUTANTS)


if __name__ == "__main__":
    unittest.main()
