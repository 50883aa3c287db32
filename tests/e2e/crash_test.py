"""Runs that are killed without warning: `assay`, a worker or a runner, at any moment.

    tests/e2e/crash_test.py                          a dozen kills
    ASSAY_CRASH_KILLS=200 tests/e2e/crash_test.py    as many as that
    ASSAY_CRASH_SEED=7 tests/e2e/crash_test.py       another row of victims and moments; it is printed

After each kill nothing of ours runs on, every result that shows is whole, and no mark is gone; the same
command again makes what is missing and no more, and what comes of it is what an undisturbed run makes.
"""

import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import time

import support
from support import EndToEnd, children_of, graded_bytes

KILLS = int(os.environ.get("ASSAY_CRASH_KILLS", "12"))
SEED = int(os.environ.get("ASSAY_CRASH_SEED", "1"))
# Of each exercise: how many submissions, and which part of the kills. The first has no warehouse.
BATCHES = {"daily_totals": (8, 0.75), "check_pipeline_health": (2, 0.25)}

# Run without a sandbox, so that it can do to our own processes what no box lets it do.
KILLER = '''
import os, signal, time

def parent_of(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rsplit(")", 1)[1].split()[1])

def daily_totals(events):
    marker = MARKER
    if events == VICTIM and not (ONCE and os.path.exists(marker)):
        with open(marker, "a") as told:
            told.write("x")
        pid = os.getpid()
        for _ in range(GENERATIONS):
            pid = parent_of(pid)
        os.kill(pid, signal.SIGKILL)
        while True:
            time.sleep(1)
    return []
'''


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def living_children_of(pid):
    try:
        return children_of(pid)
    except OSError:
        return []


class Crash(EndToEnd):
    def setUp(self):
        super().setUp()
        support.adopt_orphans()
        self.out = self.scratch / "out"
        self.all = self.scratch / "all"
        self.temporary = self.scratch / "tmp"
        self.temporary.mkdir()

    def hand_in(self, exercise):
        """A batch of the exercise's own solutions."""
        self.exercise = exercise
        self.submissions = BATCHES[exercise][0]
        folder = support.ROOT / "exercises" / exercise / "solutions"
        sources = [source for kind in ("reference", "unusual", "flawed")
                   for source in sorted((folder / kind).iterdir())]
        for number, source in enumerate(sources[:self.submissions]):
            shutil.copytree(source, self.all / f"{number}-{source.name}")

    def start(self, out, *options):
        # To a file: whoever waits for the process cannot read a pipe meanwhile.
        self.log = open(self.scratch / "log", "w+")
        self.addCleanup(self.log.close)
        command = self.command("grade", self.exercise, self.all, "--out", out, "--jobs", 2,
                               "--verbose", *options)
        return subprocess.Popen(command, cwd=support.ROOT, stdout=subprocess.DEVNULL, stderr=self.log,
                                env=os.environ | {"TMPDIR": str(self.temporary)})

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def names_that_are(self, what):
        """Submissions that the run said are "graded" or "kept"."""
        return set(re.findall(rf"{re.escape(str(self.out))}/(\S+) is {what}", self.logged()))

    def undisturbed(self):
        """{name: graded}, and how long a run takes here and now."""
        began = time.monotonic()
        process = self.start(self.scratch / "undisturbed")
        self.assertEqual(process.wait(support.DEADLINE_S), 0, self.logged()[-3000:])
        span = time.monotonic() - began
        reports = self.reports(self.scratch / "undisturbed")
        self.assertEqual(len(reports), self.submissions)
        return {name: graded_bytes(report) for name, report in reports.items()}, span

    def victims(self, process, kind):
        if kind == "assay":
            return [process.pid]
        workers = living_children_of(process.pid)
        if kind == "worker":
            return workers
        launchers = [pid for worker in workers for pid in living_children_of(worker)]
        runners = [pid for launcher in launchers for pid in living_children_of(launcher)]
        return [pid for pid in launchers + runners if name_of(pid) == "assay-runner"]

    def shown(self):
        """{name: bytes of report.json} of what shows; each whole, with its record beside it."""
        found = {}
        if not self.out.is_dir():
            return found
        for folder in sorted(self.out.iterdir()):
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            found[folder.name] = (folder / "report.json").read_bytes()
            report = json.loads(found[folder.name])
            lines = (folder / "observations.jsonl").read_text().splitlines()
            self.assertEqual(len(lines), 1 + len(report["graded"]["cases"]), folder)
            self.assertTrue((folder / "report.html").read_text().rstrip().endswith("</html>"), folder)
        if found:  # reads every report, and holds it against the schema and its marks
            self.run_assay("mark", self.out, "--list")
        return found

    def check_end(self, undisturbed):
        reports = self.reports(self.out)
        self.assertEqual({name: graded_bytes(report) for name, report in reports.items()}, undisturbed)
        self.assert_whole(self.out)
        listed = json.loads((self.out / "summary.json").read_text())["submissions"]
        self.assertEqual(sorted(each["id"] for each in listed), sorted(undisturbed))
        self.assertEqual(list(self.temporary.iterdir()), [])


class Killed(Crash):
    def kill_one(self, process, rng, span):
        """Kills somebody some time into the run. Whom; None where the run was over before."""
        kind = rng.choice(["assay", "worker", "runner"])
        until = time.monotonic() + rng.uniform(0, span)
        try:
            process.wait(max(0, until - time.monotonic()))
            return None
        except subprocess.TimeoutExpired:
            pass
        victims = self.victims(process, kind)
        if not victims:
            return None
        try:
            os.kill(rng.choice(victims), signal.SIGKILL)
        except ProcessLookupError:
            return None
        return kind

    def test_nothing_is_lost_or_torn_and_nothing_that_was_finished_is_run_again(self):
        self.kill_through("daily_totals")

    def test_and_so_it_is_with_a_warehouse(self):
        self.kill_through("check_pipeline_health")

    def kill_through(self, exercise):
        self.hand_in(exercise)
        undisturbed, span = self.undisturbed()
        rng = random.Random(SEED)
        kills = round(KILLS * BATCHES[exercise][1])
        print(f"ASSAY_CRASH_SEED={SEED}: {kills} kills of {exercise}", flush=True)
        killed = {"assay": 0, "worker": 0, "runner": 0}
        before, runs, retried = {}, 0, 0
        while sum(killed.values()) < kills or before:
            process = self.start(self.out)
            runs += 1
            kind = self.kill_one(process, rng, span) if sum(killed.values()) < kills else None
            code = process.wait(support.DEADLINE_S)
            self.assert_nothing_runs()
            if kind:
                killed[kind] += 1
            where = f"run {runs}, killed {kind}: {self.logged()[-3000:]}"
            self.assertEqual(code, -signal.SIGKILL if kind == "assay" else 0, where)

            shown = self.shown()
            for name, text in before.items():
                self.assertEqual(hashlib.sha256(shown[name]).digest(), hashlib.sha256(text).digest(),
                                 f"{name} was there before; {where}")
            for name, text in shown.items():
                self.assertEqual(graded_bytes(json.loads(text)), undisturbed[name], where)
            self.assertEqual(self.names_that_are("graded") & set(before), set(), where)
            if code == 0:
                self.assertEqual(self.names_that_are("kept"), set(before), where)
                self.check_end(undisturbed)
                retried += sum(bool(json.loads(text)["run"]["retries"]) for text in shown.values())
                shutil.rmtree(self.out)
                shown = {}
            before = shown
        print(f"{runs} runs, killed {killed}; {retried} results say that something was run again",
              flush=True)

    def test_marks_are_in_their_place_whenever_it_is_killed(self):
        self.hand_in("daily_totals")
        process = self.start(self.out)
        self.assertEqual(process.wait(support.DEADLINE_S), 0, self.logged()[-3000:])
        name = sorted(self.reports(self.out))[0]
        for verdict in ("observed", "not_observed"):
            self.run_assay("mark", self.out / name, "--by", "eve", "--set", f"totals={verdict}",
                           "--reason", "contested", "--text", "seen by hand")
        chain = self.out / name / "marks.jsonl"
        marks = chain.read_bytes()
        rng = random.Random(SEED)
        for version in range(max(2, KILLS // 6)):
            source = self.all / name / "solution.py"
            source.write_text(source.read_text() + f"# version {version}\n")
            began = time.monotonic()
            while (code := self.regrade_or_be_killed(rng, time.monotonic() - began)) != 0:
                self.assertEqual(chain.read_bytes(), marks)
                self.shown()
            self.assertEqual(chain.read_bytes(), marks)
            report = self.reports(self.out)[name]
            texts = [file["text"] for file in report["graded"]["submission"]["files"]]
            self.assertTrue(any(f"# version {version}" in text for text in texts))
            self.assertEqual([each["state"] for each in report["marks"]], ["replaced", "reopened"])
            self.assertEqual(len(list((self.out / name / "superseded").iterdir())), version + 1)
            self.assert_whole(self.out)

    def regrade_or_be_killed(self, rng, patience):
        """Its exit code. The longer it has been tried the later the kill, so that it is done at last."""
        process = self.start(self.out)
        try:
            process.wait(rng.uniform(0, 0.5 + patience))
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait(support.DEADLINE_S)
        self.assertIn(code, (0, -signal.SIGKILL), self.logged()[-3000:])
        self.assert_nothing_runs()
        return code


class TakenAlong(Crash):
    """What becomes of the case that a process of ours was running when it died."""

    def kill_from_within(self, generations, once):
        self.marker = self.scratch / "marker"
        self.marker.unlink(missing_ok=True)
        cases = json.loads((self.whole / "report.json").read_text())["graded"]["cases"]
        self.victim = cases[len(cases) // 2]
        events = self.victim["arguments"][0]
        self.assertEqual([case["arguments"][0] for case in cases].count(events), 1)
        text = KILLER
        for word, value in (("MARKER", str(self.marker)), ("VICTIM", events),
                            ("ONCE", once), ("GENERATIONS", generations)):
            text = text.replace(word, repr(value))
        self.write("killer/solution.py", text)
        return self.grade_killer()

    def grade_killer(self, *options, expect=0):
        self.done = self.run_assay("grade", "daily_totals", self.scratch / "killer", "--out",
                                   self.scratch / "killed", "--no-sandbox", "--jobs", 1, *options, expect=expect)
        return self.reports(self.scratch / "killed")["killer"]

    def setUp(self):
        super().setUp()
        source = sorted((support.ROOT / "exercises/daily_totals/solutions/reference").iterdir())[0]
        self.run_assay("grade", "daily_totals", source, "--out", self.scratch / "whole")
        self.whole = self.scratch / "whole" / source.name

    def test_it_is_tried_once_more_whoever_died(self):
        for who, generations in (("runner", 1), ("worker", 2)):
            with self.subTest(who):
                shutil.rmtree(self.scratch / "killed", ignore_errors=True)
                report = self.kill_from_within(generations, once=True)
                self.assertEqual(self.marker.read_text(), "x")
                self.assertEqual({case["outcome"]["kind"] for case in report["graded"]["cases"]}, {"returned"})
                self.assertEqual(len(report["run"]["retries"]), 1, report["run"]["retries"])
                self.assertTrue(report["run"]["retries"][0].startswith(self.victim["id"] + ": "))
                self.assert_nothing_runs()

    def test_the_second_time_it_is_a_harness_fault_that_says_why_and_the_same_command_tries_again(self):
        for who, generations in (("runner", 1), ("worker", 2)):
            with self.subTest(who):
                shutil.rmtree(self.scratch / "killed", ignore_errors=True)
                report = self.kill_from_within(generations, once=False)
                self.assertEqual(self.marker.read_text(), "xx")
                kinds = {case["id"]: case["outcome"]["kind"] for case in report["graded"]["cases"]}
                self.assertEqual(kinds.pop(self.victim["id"]), "harness_fault")
                self.assertEqual(set(kinds.values()), {"returned"})
                self.assertTrue(report["run"]["retries"])
                for why in report["run"]["retries"]:
                    self.assertTrue(why.startswith(self.victim["id"] + ": "), why)
                self.grade_killer()
                self.assertIn("the harness or the host failed", self.done.stderr)
                self.assertEqual(self.marker.read_text(), "xxxx")
                self.grade_killer("--require", "meets", expect=3)
                self.assertIn("--require cannot be decided", self.done.stderr)


if __name__ == "__main__":
    support.main()
