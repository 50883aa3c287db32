"""Hostile programs through `assay grade`, in one batch with honest submissions between them.

As whoever runs the tests, and as an ordinary user; four boxes at once. What the reports must say stands
beside each program (corpus.py, sources.py). Whatever was run before, the honest ones have the record that
they have by themselves, and nothing is left on the host.

One test: ASSAY_BINARY=build/release/bin/assay /usr/bin/python3 tests/attacks/grade_test.py Attacks.test_…
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

import corpus
import host
import leave_out
import sources

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSAY = pathlib.Path(os.environ.get("ASSAY_BINARY", ROOT / "build/dev/bin/assay")).resolve()
EXERCISES = pathlib.Path(__file__).resolve().parent / "exercises"
JOBS = 4
DEADLINE_S = 600
# A worker looks at the clock only so often, and a busy machine keeps it from that.
SLACK_MS = 30_000
STUB = "from program import main as attack\n\n\ndef main(host):\n    return attack(host, {argument!r})\n"


class Bait:
    """What a box might reach on this host, if it could: a port, an abstract socket."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.name = f"assay-bait-{os.getpid()}"
        self.unix.bind("\0" + self.name)
        self.unix.listen()

    def taken(self):
        for server in (self.tcp, self.unix):
            server.setblocking(False)
            try:
                server.accept()
                return True
            except BlockingIOError:
                pass
        return False

    def close(self):
        self.tcp.close()
        self.unix.close()


class Batch:
    """Submissions in a folder, by the order in which they are graded."""

    def __init__(self, folder, exercise):
        self.folder = folder
        self.honest = (EXERCISES / exercise / "honest.py").read_bytes()
        self.attacks = {}  # by id of the submission
        self.honest_ids = []
        self.limits = {}

    def add(self, name, files):
        submission = f"{len(self.attacks) + len(self.honest_ids):04}-{name}"
        for path, content in files.items():
            target = self.folder / submission / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return submission

    def add_honest(self):
        self.honest_ids.append(self.add("honest", {"solution.py": self.honest}))

    def add_program(self, program):
        for item in program.each or [None]:
            files = {"solution.py": program.source, **program.files}
            if program.each:
                files = {"program.py": program.source, "solution.py": STUB.format(argument=item).encode()}
            self.attacks[self.add(program.name, files)] = program
        self.add_honest()


def has_cgroup(report):
    return any(layer["name"] == "cgroup" and layer["state"] == "on"
               for layer in report["run"]["sandbox"]["layers"])


class Installed(unittest.TestCase):
    for_tests = ASSAY.parent / "assay-runner-layers"  # not there where there are sanitizers

    def test_the_runner_that_is_installed_has_no_way_to_leave_layers_out(self):
        self.assertNotIn(leave_out.MARK, (ASSAY.parent / "assay-runner").read_bytes())
        if self.for_tests.exists():
            self.assertIn(leave_out.MARK, self.for_tests.read_bytes())

    def test_nothing_is_graded_by_a_runner_that_leaves_a_layer_out(self):
        if not self.for_tests.exists():
            self.skipTest("under sanitizers there is no runner that leaves a layer out")
        for left_out, layer in [("rlimits", "rlimits"), ("network", "network"), ("ipc namespace", "namespaces"),
                                ("uts namespace", "namespaces"), ("cgroup namespace", "namespaces")]:
            with self.subTest(left_out), tempfile.TemporaryDirectory(prefix="assay-attacks-") as name:
                scratch = pathlib.Path(name)
                scratch.chmod(0o755)
                leave_out.write_runner(self.for_tests, scratch / "runner", [left_out])
                out = scratch / "out"
                command = [ASSAY, "grade", EXERCISES / "hostile", EXERCISES / "hostile/honest.py", "--out", out,
                           "--runner", scratch / "runner"]
                done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(f"the layer {layer} is off: left out: {left_out}", done.stderr)
                self.assertEqual(list(out.rglob("report.json")), [])


class Attacks(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        host.adopt_orphans()
        self.before = host.look()
        self.bait = Bait()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="assay-attacks-"))
        self.prefix = []
        self.assay = ASSAY

    def tearDown(self):
        self.bait.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def become_nobody(self):
        """From here on `assay` is run as a user who is nobody on this host, from copies that such a user
        may read."""
        if os.getuid() != 0:
            return
        for name in ("assay", "assay-runner"):
            shutil.copy2(ASSAY.parent / name, self.scratch / name)
        self.assay = self.scratch / "assay"
        self.prefix = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs"]

    def facts(self):
        return {"port": self.bait.tcp.getsockname()[1], "abstract": self.bait.name, "source": str(ROOT),
                "runner": str(self.assay.parent / "assay-runner"), "name": socket.gethostname()}

    def package(self, exercise):
        """A copy of the package with what is true of this machine."""
        folder = self.scratch / exercise
        shutil.copytree(EXERCISES / exercise, folder)
        cases = folder / "cases/questions.yaml"
        placeholder = "  with: {port: 1, abstract: none, source: /nowhere, runner: /nowhere, name: nobody}\n"
        cases.write_text(cases.read_text().replace(placeholder, f"  with: {json.dumps(self.facts())}\n"))
        return folder

    def grade(self, package, submissions, jobs=JOBS):
        out = self.scratch / f"out-{submissions.name}"
        out.mkdir()
        temporary = self.scratch / "temporary"
        temporary.mkdir(exist_ok=True)
        if self.prefix:
            for folder in (out, temporary):
                os.chown(folder, host.NOBODY, -1)
            subprocess.run(["chmod", "-R", "a+rX", self.scratch], check=True)
        command = [*self.prefix, self.assay, "grade", package, submissions, "--out", out, "--jobs", str(jobs),
                   "--format", "json"]
        done = subprocess.run(command, cwd=self.scratch, capture_output=True, text=True, errors="replace",
                              timeout=DEADLINE_S, env={**os.environ, "TMPDIR": str(temporary)})
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        self.assertEqual(list(temporary.iterdir()), [])
        return {folder.name: folder for folder in out.iterdir() if folder.is_dir()}

    def report_of(self, folder):
        return json.loads((folder / "report.json").read_text())

    def observations_of(self, folder):
        lines = map(json.loads, (folder / "observations.jsonl").read_text().splitlines())
        return [line for line in lines if "case" in line]

    def record_of(self, folder, submission):
        """All that must be the same whatever ran before: what was judged, and what was seen."""
        graded = json.dumps(self.report_of(folder)["graded"], ensure_ascii=False)
        seen = [{key: value for key, value in each.items() if key != "run"} for each in self.observations_of(folder)]
        return graded.replace(submission, "honest") + json.dumps(seen)

    def check_attack(self, program, report, observations, limits):
        graded = report["graded"]
        kinds = [case["outcome"]["kind"] for case in graded["cases"]]
        allowed = set(program.outcomes)
        if "cpu_time" in allowed:
            allowed.add("wall_time")  # on a machine that gives it no core
        for seen, kind in zip(observations, kinds, strict=True):
            self.assertIn(kind, allowed, (seen["outcome"], seen["run"]))
            if kind == "returned" and program.has_value and not program.limits:
                self.assertEqual(seen["value"], program.value)
            got_it = corpus.reached(program, self.facts(), kind=kind, value=seen.get("value"))
            if kind in program.outcomes and (program.needs != "cgroup" or has_cgroup(report)):
                self.assertFalse(got_it, f"{program.aim}: {seen.get('value')}")
            wall = limits["wall_ms"] * (4 if seen["run"].get("tries", 1) > 1 else 1)
            self.assertLess(seen["run"]["wall_ms"], program.longest * wall + SLACK_MS)
        for indicator in graded["indicators"]:
            self.assertNotEqual(indicator["verdict"], "observed", indicator)
            self.assertNotEqual(indicator["verdict"], "undetermined", indicator)
        if program.gradable is not None:
            self.assertEqual(graded["gradable"]["ok"], program.gradable, graded["gradable"])

    def attack(self, exercise, programs):
        package = self.package(exercise)
        batch = Batch(self.scratch / "attacks", exercise)
        batch.add_honest()
        for program in programs:
            batch.add_program(program)
        alone = Batch(self.scratch / "alone", exercise)
        alone.add_honest()
        runner = (self.assay.parent / "assay-runner").read_bytes()
        by_itself = self.record_of(self.grade(package, alone.folder)["0000-honest"], "0000-honest")
        self.assertEqual(by_itself.count('"verdict": "observed"'), 2, "an honest submission gets its due")
        results = self.grade(package, batch.folder)
        self.assertEqual(len(results), len(batch.attacks) + len(batch.honest_ids))
        limits = {"wall_ms": 1000}
        for submission, program in batch.attacks.items():
            with self.subTest(attack=submission):
                self.check_attack(program, self.report_of(results[submission]),
                                  self.observations_of(results[submission]), limits)
        for submission in batch.honest_ids:
            with self.subTest(honest=submission):
                self.assertEqual(self.record_of(results[submission], submission), by_itself)
        self.assertFalse(self.bait.taken(), "somebody reached the host's sockets")
        self.assertEqual((self.assay.parent / "assay-runner").read_bytes(), runner)
        self.assertEqual(host.left_since(self.before, but={"@" + self.bait.name, str(self.scratch)}), [])

    def test_as_whoever_runs_the_tests(self):
        self.attack("hostile", corpus.programs() + sources.all_sources())

    def test_as_an_ordinary_user(self):
        self.become_nobody()
        self.attack("hostile", corpus.programs())

    def test_against_the_warehouse(self):
        self.attack("hostile_warehouse", corpus.programs("warehouse"))

    def test_against_the_warehouse_as_an_ordinary_user(self):
        self.become_nobody()
        self.attack("hostile_warehouse", corpus.programs("warehouse"))


if __name__ == "__main__":
    unittest.main()
