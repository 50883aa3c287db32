"""`graded` is the same bytes whenever, wherever and by however many workers it is made.

Every solution of every variant is graded twice: by four workers as whoever runs the tests, and by one
worker as an ordinary user. What takes other conditions to show is tried on a part of the solutions
(`sample`), to keep this short: with every core busy, once more just so, and by a build
with sanitizers where there is one (build/asan, or ASSAY_OTHER_BINARY). ASSAY_SAME_BYTES=all takes every
solution for those as well.

Under sanitizers the runner is a build of its own, and what follows addresses differs with it: how objects
show that have no other name than their address. ADDRESS says what that looks like; nothing else may
differ. Where the build that is tested has sanitizers, an address may differ between users as well: the
sanitizer's allocator is set up from environment and files, which the box's layout of memory is not.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import support
from support import EndToEnd

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,16}\b")
NOBODY = 65534
OTHER = pathlib.Path(os.environ.get("ASSAY_OTHER_BINARY", support.ROOT / "build/asan/bin/assay"))
WHOLE = os.environ.get("ASSAY_SAME_BYTES") == "all"
IN_SAMPLE = 6  # every sixth, and whatever starts threads or an event loop
CONCURRENT = re.compile(rb"\b(?:threading|concurrent\.futures|asyncio|aiohttp|multiprocessing)\b")


def submissions():
    """Folders of solutions by variant: {variant: [folder]}."""
    kinds = {"without_ai": support.SOLUTIONS, "with_ai": support.SOLUTIONS / "with_ai"}
    return {variant: sorted(solution for kind in ("reference", "unusual", "flawed")
                            for solution in (folder / kind).glob("*") if solution.is_dir())
            for variant, folder in kinds.items() if folder.is_dir()}


def is_concurrent(folder):
    return any(CONCURRENT.search(path.read_bytes()) for path in folder.glob("*.py"))


def sample(folders):
    return folders if WHOLE else [folder for i, folder in enumerate(folders)
                                  if i % IN_SAMPLE == 0 or is_concurrent(folder)]


def show(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + f"... ({len(text)} characters)"


def has_sanitizer(binary):
    return b"__asan_init" in pathlib.Path(binary).read_bytes()


def without_addresses(results):
    return {name: json.loads(ADDRESS.sub("0x...", json.dumps(graded))) for name, graded in results.items()}


def first_difference(a, b, path="graded"):
    """In words, where two values part; None where they are the same bytes."""
    if type(a) is not type(b) or not isinstance(a, (dict, list)):
        same = type(a) is type(b) and a == b
        return None if same else f"at {path}: {show(a)} became {show(b)}"
    if isinstance(a, dict):
        for key in [*a, *b]:
            if key not in a or key not in b:
                where = "only in the first" if key in a else "only in the second"
                return f"at {path}.{key}: {where}, {show(a.get(key, b.get(key)))}"
        if list(a) != list(b):
            return f"at {path}: its keys stand as {show(list(a))} and as {show(list(b))}"
        inner = ((f"{path}.{key}", a[key], b[key]) for key in a)
    else:
        if len(a) != len(b):
            shorter = min(len(a), len(b))
            at = next((i for i in range(shorter) if a[i] != b[i]), shorter)
            there = [show(each[at]) if at < len(each) else "nothing" for each in (a, b)]
            return f"at {path}: {len(a)} became {len(b)}; at {path}[{at}] {there[0]} became {there[1]}"
        inner = ((f"{path}[{i}]", x, y) for i, (x, y) in enumerate(zip(a, b)))
    return next((found for where, x, y in inner if (found := first_difference(x, y, where))), None)


@contextlib.contextmanager
def busy_cores():
    """As many processes that compute as there are cores."""
    spinners = [subprocess.Popen([sys.executable, "-c", "while True: pass"])
                for _ in range(os.cpu_count())]
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()


class WordsForADifference(unittest.TestCase):
    def test_they_name_the_path_and_both_values(self):
        first = {"cases": [{"id": "a", "value": 1}, {"id": "b", "value": [1, "x"]}]}
        self.assertIsNone(first_difference(first, json.loads(json.dumps(first))))
        for change, words in (
                ([{"id": "a", "value": 1}, {"id": "b", "value": [1, "y"]}],
                 'at graded.cases[1].value[1]: "x" became "y"'),
                ([{"id": "a", "value": True}, {"id": "b", "value": [1, "x"]}],
                 "at graded.cases[0].value: 1 became true"),
                ([{"id": "a"}, {"id": "b", "value": [1, "x"]}],
                 "at graded.cases[0].value: only in the first, 1"),
                ([{"value": 1, "id": "a"}, {"id": "b", "value": [1, "x"]}],
                 'at graded.cases[0]: its keys stand as ["id", "value"] and as ["value", "id"]'),
                ([{"id": "a", "value": 1}],
                 'at graded.cases: 2 became 1; at graded.cases[1] {"id": "b", "value": [1, "x"]} '
                 "became nothing")):
            self.assertEqual(first_difference(first, {"cases": change}), words)


class SameBytes(EndToEnd):
    def setUp(self):
        super().setUp()
        self.scratch.chmod(0o755)

    def graded(self, name, choose, jobs, binary=None, home=None, user=None):
        """{(variant, submission): graded} of the chosen solutions."""
        results = {}
        for variant, folders in submissions().items():
            out = self.scratch / name / variant
            out.mkdir(parents=True)
            exercise = (home or support.ROOT) / "exercises" / support.EXERCISE
            root = exercise / "solutions"
            chosen = [root / folder.relative_to(support.SOLUTIONS) for folder in choose(folders)]
            command = self.command("grade", exercise, *chosen, "--out", out / "reports", "--variant", variant,
                                   "--jobs", jobs, "--format", "json")
            if binary is not None:
                command[0] = str(binary)
            options = {"cwd": support.ROOT}
            if home is not None:
                options = {"cwd": home, "env": os.environ | {"ASSAY_HOME": str(home)}}
            if user is not None:
                shutil.chown(out, user, user)
                options |= {"user": user, "group": user, "extra_groups": []}
            done = subprocess.run(command, capture_output=True, text=True, errors="replace",
                                  timeout=support.DEADLINE_S * 2, **options)
            self.assertEqual(done.returncode, 0, done.stderr[-3000:])
            for submission, report in self.reports(out / "reports").items():
                results[variant, submission] = report["graded"]
            self.assertEqual(len(self.reports(out / "reports")), len(chosen))
        return results

    def assert_same(self, first, second, how):
        different = [f"{variant}, {submission}: {found}" for (variant, submission), graded in second.items()
                     if (found := first_difference(first[variant, submission], graded))]
        self.assertEqual(different, [], f"graded {how}")

    def test_every_solution_has_the_same_bytes_in_every_condition(self):
        everything = self.graded("four_jobs", lambda folders: folders, jobs=4)
        solutions = submissions()
        self.assertEqual(len(everything), sum(map(len, solutions.values())))
        self.assertGreaterEqual(len(everything), 40)

        home = self.home_for_everyone()
        user = NOBODY if os.geteuid() == 0 else None
        with self.subTest("by one worker, as an ordinary user"):
            again = self.graded("one_job", lambda folders: folders, jobs=1, home=home, user=user,
                                binary=home / "bin" / "assay")
            self.assertEqual(list(again), list(everything))
            comparable = without_addresses if has_sanitizer(support.ASSAY) else dict
            self.assert_same(comparable(everything), comparable(again), "by one worker, as an ordinary user")
        with self.subTest("once more"):
            self.assert_same(everything, self.graded("again", sample, jobs=4), "once more")
        with self.subTest("with every core busy"), busy_cores():
            self.assert_same(everything, self.graded("busy", sample, jobs=2), "with every core busy")

    def test_a_build_with_sanitizers_has_the_same_bytes_but_for_addresses(self):
        if not OTHER.exists() or OTHER.samefile(support.ASSAY):
            self.skipTest(f"there is no other build at {OTHER}")
        usual = self.graded("usual", sample, jobs=2)
        other = self.graded("other", sample, jobs=2, binary=OTHER)
        self.assertTrue(usual)
        self.assertEqual(list(other), list(usual))
        self.assertTrue(has_sanitizer(OTHER))
        self.assert_same(without_addresses(usual), without_addresses(other), "with sanitizers")


if __name__ == "__main__":
    support.main()
