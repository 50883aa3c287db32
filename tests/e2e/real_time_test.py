"""Verdicts are the same in real time as in virtual time, and each difference in a record has its rule.

A sample of the example solutions is graded in virtual time and with --real-time; ASSAY_REAL_TIME=all takes
every solution of every variant, which takes half an hour or so, and ASSAY_REAL_TIME=NAME,NAME those.
It prints how many differences of each kind there were. harness/TIME.md tells the rules in words, by the same names. A difference that no rule
explains fails the test, and so does a verdict that moved.

Real time is the machine's: one that is busy with others may not keep up with a clock that is so much faster,
and a timeout that should not have passed does, or a try comes after the end of an outage. So a solution of which
a verdict moved, or a record differs otherwise than by a rule, is graded once more, with a clock that is slower by
SLOWER, and that one counts.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import unittest

import support
from support import EndToEnd

WANTED = os.environ.get("ASSAY_REAL_TIME")
SPEED = int(os.environ.get("ASSAY_REAL_TIME_SPEED", "20"))
SLOWER = 4
JOBS = 8  # most of them wait
AT_ONCE = 3 if WANTED == "all" else 1  # solutions; some wait for as long as a limit of time allows
SAMPLE = {"without_ai": ["reference/urllib", "unusual/pool_with_deadline", "flawed/missing_as_low"],
          "with_ai": []}
DEADLINE_S = 3600

NUMBER = re.compile(r"\d+(?:[.:,]\d+)*")
CLOCK = {"virtual_us", "at_us", "gap_us", "ended_at_us"}
LIMITS = {"virtual_time", "cpu_time", "wall_time"}
# What a judge makes of a record: the verdicts among it are compared by themselves.
DERIVED = ("evidence", "indicators", "overall")


def masked(value):
    return NUMBER.sub("#", json.dumps(value, ensure_ascii=False, sort_keys=True))


def asked(requests):
    """What was asked for, however it came in order, and over which connection."""
    return collections.Counter((each["method"], each["target"], each.get("fault")) for each in requests)


def differences_of_case(virtual, real):
    """The kinds of difference between two records of one case; "unexplained: …" where there is no rule."""
    kinds = collections.Counter()
    in_kind = lambda case: case["outcome"]["kind"]
    at_limit = in_kind(virtual) in LIMITS or in_kind(real) in LIMITS
    if virtual["outcome"] != real["outcome"]:
        if in_kind(virtual) in LIMITS and in_kind(real) in LIMITS:
            kinds["limit"] += 1
        elif masked(virtual["outcome"]) == masked(real["outcome"]):
            kinds["clock in words"] += 1
        else:
            kinds[f"unexplained: outcome of {real['id']}: {virtual['outcome']} and {real['outcome']}"] += 1
    if not any(note.startswith("real_time: asked for") for note in real["notes"]):
        kinds[f"unexplained: {real['id']} has no note of real time"] += 1
    kinds["note"] += 1
    if real.get("waits"):
        kinds[f"unexplained: waits of {real['id']} are told"] += 1
    if virtual.get("waits"):
        kinds["waits"] += 1
    if virtual["virtual_us"] != real["virtual_us"]:
        kinds["clock"] += 1
    for part in ("value", "stdout", "stderr"):
        if virtual.get(part) == real.get(part):
            continue
        if masked(virtual.get(part)) == masked(real.get(part)):
            kinds["clock in words"] += 1
        elif at_limit:
            kinds["as far as it came"] += 1
        else:
            kinds[f"unexplained: {part} of {real['id']}: {virtual.get(part)} and {real.get(part)}"] += 1
    return kinds + differences_of_requests(virtual, real, at_limit)


def differences_of_requests(virtual, real, at_limit):
    kinds = collections.Counter()
    ours, theirs = virtual["requests"], real["requests"]
    if asked(ours) != asked(theirs):
        kind = "as far as it came" if at_limit else (
            f"unexplained: requests of {real['id']}: {asked(ours)} and {asked(theirs)}")
        kinds[kind] += 1
        return kinds
    in_order = [[(r["method"], r["target"], r.get("fault")) for r in each] for each in (ours, theirs)]
    if in_order[0] != in_order[1]:
        kinds["order"] += 1
        return kinds
    for one, other in zip(ours, theirs):
        for key in sorted({*one, *other}):
            if one.get(key) == other.get(key):
                continue
            if key in CLOCK:
                kinds["clock"] += 1
            elif key in ("connection", "position", "end"):
                kinds["connection"] += 1
            elif masked(one.get(key)) == masked(other.get(key)):
                kinds["clock in words"] += 1
            else:
                kinds[f"unexplained: {key} of a request in {real['id']}: "
                      f"{one.get(key)} and {other.get(key)}"] += 1
    return kinds


def differences(virtual, real):
    kinds = collections.Counter()
    for part in [*virtual, *real]:
        if part in ("cases", "draft") or part in DERIVED:
            continue
        if virtual.get(part) != real.get(part):
            kinds[f"unexplained: {part}"] += 1
    cases = [each["cases"] + each.get("draft", {}).get("cases", []) for each in (virtual, real)]
    for one, other in zip(*cases, strict=True):
        kinds += differences_of_case(one, other)
    for part in DERIVED:
        kinds["derived"] += virtual[part] != real[part]
    before, after = terms(virtual), terms(real)
    kinds["term"] += sum(before[each] != after.get(each) for each in before)
    return +kinds


def verdicts(graded):
    """What must not move: the verdicts and the anchor."""
    indicators = {(each["rubric"], each["id"]): each["verdict"] for each in graded["indicators"]}
    return indicators | {"anchor": graded["overall"]["anchor"], "gradable": graded["gradable"]}


def terms(graded):
    return {(each["rubric"], each["id"]): [term.get("holds") for term in each["terms"]]
            for each in graded["indicators"]}


def moved(virtual, real):
    before, after = verdicts(virtual), verdicts(real)
    return [f"{name}: {before.get(name)} became {after.get(name)}"
            for name in sorted({*before, *after}, key=str) if before.get(name) != after.get(name)]


def unexplained(virtual, real):
    return [kind for kind in differences(virtual, real) if kind.startswith("unexplained")]


def solutions():
    """Folders by variant: {variant: [folder]}."""
    roots = {"without_ai": support.SOLUTIONS, "with_ai": support.SOLUTIONS / "with_ai"}
    if not WANTED:
        return {variant: [roots[variant] / name for name in names] for variant, names in SAMPLE.items()}
    return {variant: sorted(folder for kind in ("reference", "unusual", "flawed")
                            for folder in (root / kind).glob("*")
                            if folder.is_dir() and (WANTED == "all" or folder.name in WANTED.split(",")))
            for variant, root in roots.items()}


class KindsOfDifference(unittest.TestCase):
    CASE = {"id": "c", "outcome": {"kind": "returned"}, "value": "after 5.0 s", "stdout": {}, "stderr": {},
            "virtual_us": 5, "notes": [], "requests": [
                {"method": "GET", "target": "/a", "at_us": 0, "connection": 1},
                {"method": "GET", "target": "/b", "at_us": 2, "connection": 1}]}

    def kinds(self, **changes):
        real = self.CASE | {"notes": ["real_time: asked for"]} | changes
        return {kind.split(":")[0] for kind in differences_of_case(self.CASE, real)}

    def test_each_has_its_rule_and_what_has_none_is_unexplained(self):
        first, second = self.CASE["requests"]
        self.assertEqual(self.kinds(), {"note"})
        self.assertEqual(self.kinds(notes=[]), {"note", "unexplained"})
        self.assertEqual(self.kinds(waits=[{"for": "sleep"}]), {"note", "unexplained"})
        self.assertIn("waits", differences_of_case(self.CASE | {"waits": [{}]}, self.CASE))
        self.assertEqual(self.kinds(virtual_us=6), {"note", "clock"})
        self.assertEqual(self.kinds(value="after 5.1 s"), {"note", "clock in words"})
        self.assertEqual(self.kinds(value="never"), {"note", "unexplained"})
        self.assertEqual(self.kinds(outcome={"kind": "raised"}), {"note", "unexplained"})
        self.assertEqual(self.kinds(requests=[second, first]), {"note", "order"})
        self.assertEqual(self.kinds(requests=[first]), {"note", "unexplained"})
        self.assertEqual(self.kinds(requests=[first], outcome={"kind": "virtual_time"}) - {"unexplained"},
                         {"note", "as far as it came"})
        self.assertEqual(self.kinds(requests=[first, second | {"at_us": 3, "connection": 2}]),
                         {"note", "clock", "connection"})


class RealTime(EndToEnd):
    def graded(self, name, variant, folders, *options):
        """graded by submission."""
        out = self.scratch / name / variant
        support.DEADLINE_S = DEADLINE_S
        self.run_assay("grade", support.EXERCISE, *folders, "--out", out, "--variant", variant, "--format", "json",
                       *options)
        return {submission: report["graded"] for submission, report in self.reports(out).items()}

    def graded_for_real(self, name, variant, folders, speed):
        """Each by workers of its own: some wait a hundred times as long as others."""
        def grade(folder):
            return self.graded(f"{name}/{folder.name}", variant, [folder], f"--real-time={speed}", "--jobs", JOBS)
        graded = {}
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for each in pool.map(grade, folders):
                graded |= each
        return graded

    def test_verdicts_are_those_of_virtual_time(self):
        kinds = collections.Counter()
        graded = 0
        for variant, folders in solutions().items():
            if not folders:
                continue
            virtual = self.graded("virtual", variant, folders)
            real = self.graded_for_real("real", variant, folders, SPEED)
            self.assertEqual(sorted(virtual), sorted(real))
            odd = {folder: moved(virtual[folder.name], real[folder.name]) +
                   unexplained(virtual[folder.name], real[folder.name]) for folder in folders}
            again = [folder for folder in folders if odd[folder]]
            if again:
                for folder in again:
                    print(f"{variant} {folder.name}, {SPEED} times as fast:", *odd[folder], sep="\n  ")
                real |= self.graded_for_real("slower", variant, again, SPEED // SLOWER)
            for submission in virtual:
                with self.subTest(variant=variant, submission=submission):
                    graded += 1
                    self.assertEqual(moved(virtual[submission], real[submission]), [])
                    kinds += differences(virtual[submission], real[submission])
                    self.assertEqual(unexplained(virtual[submission], real[submission]), [])
        print(f"{graded} solutions, {SPEED} times as fast; differences by kind:")
        for kind, count in kinds.most_common():
            print(f"  {count:7d}  {kind[:300]}")

    def test_a_report_says_at_its_top_that_it_was_in_real_time_and_is_not_kept_for_virtual_time(self):
        folder = support.SOLUTIONS / "flawed/returns_bool"
        out = self.scratch / "out"
        report = self.grade(folder, out=out, options=["--real-time=1000"])["returns_bool"]
        self.assertEqual(report["run"]["real_time"], 1000)
        words = "In real time, 1000 times as fast"
        self.assertIn(words, (out / "returns_bool/report.html").read_text())
        self.assertIn(words, self.run_assay("show", out / "returns_bool").stdout)
        report = self.grade(folder, out=out)["returns_bool"]
        self.assertNotIn("real_time", report["run"])
        self.assertIn("ran by another clock", self.done.stderr)

    def test_no_clock_stands_still_or_runs_as_fast_as_it_likes(self):
        for wrong in ("--real-time=0", "--real-time=1001", "--real-time=-3"):
            done = self.run_assay("grade", support.EXERCISE, support.solution("reference"), wrong, expect=2)
            self.assertIn("--real-time", done.stderr)

    def test_nothing_is_repeated_by_a_clock_by_which_each_run_differs(self):
        for command in (["validate", support.EXERCISE], ["grade", support.EXERCISE, support.solution("reference")]):
            done = self.run_assay(*command, "--real-time=20", "--repeat", 3, expect=2)
            self.assertIn("--repeat and --real-time cannot both be meant", done.stderr)


if __name__ == "__main__":
    support.main()
