"""What the end-to-end tests share: running the binary, and looking at what it leaves behind."""

import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASSAY = os.environ.get("ASSAY_BINARY", str(ROOT / "build/dev/bin/assay"))
EXERCISE = "check_pipeline_health"
SOLUTIONS = ROOT / "exercises" / EXERCISE / "solutions"
DEADLINE_S = 300
PR_SET_CHILD_SUBREAPER = 36

HOSTILE = '''
import os, signal, sys

def check_pipeline_health(partition_date, expected_min_rows):
    sys.stderr.write("{")
    for fd in range(256):
        try:
            os.write(fd, b"\\x81" * 4096)
        except OSError:
            pass
    os.kill(os.getpid(), signal.SIGKILL)
'''


def solution(kind):
    """A folder of the package's own solutions of that kind, the first by name."""
    return sorted((SOLUTIONS / kind).iterdir())[0]


def adopt_orphans():
    """Makes this process the parent of whatever outlives a process that it started."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def children_of(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class EndToEnd(unittest.TestCase):
    """A scratch folder for each test, and the binary."""

    maxDiff = 4000

    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="assay-e2e-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)

    def write(self, path, text):
        target = self.scratch / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        return target

    def command(self, *arguments):
        return [ASSAY, *map(str, arguments)]

    def run_assay(self, *arguments, expect=0, **options):
        command = self.command(*arguments)
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace",
                              timeout=DEADLINE_S, **options)
        self.assertEqual(
            done.returncode, expect,
            f"{' '.join(command)}\n--- stdout\n{done.stdout[-3000:]}\n--- stderr\n{done.stderr[-3000:]}")
        return done

    def grade(self, *submissions, out=None, options=(), expect=0):
        """Grades; the reports by submission."""
        out = out or self.scratch / "out"
        self.done = self.run_assay("grade", EXERCISE, *submissions, "--out", out, *options, expect=expect)
        return self.reports(out)

    def reports(self, out):
        return {folder.name: json.loads((folder / "report.json").read_text())
                for folder in sorted(out.iterdir()) if folder.is_dir()}

    def home_for_everyone(self):
        """A copy of what grading needs that an ordinary user may read."""
        home = self.scratch / "home"
        binaries = home / "bin"
        binaries.mkdir(parents=True)
        for name in ("assay", "assay-runner"):
            shutil.copy2(pathlib.Path(ASSAY).with_name(name), binaries)
        for folder in ("exercises", "rubrics/definitions"):
            shutil.copytree(ROOT / folder, home / folder)
        subprocess.run(["chmod", "-R", "a+rX", str(home)], check=True)
        return home

    def assert_whole(self, out):
        """Every result is whole and nothing half-written lies about."""
        for entry in out.iterdir():
            self.assertFalse(entry.name.startswith("."), f"left behind: {entry}")
            if not entry.is_dir():
                continue
            report = json.loads((entry / "report.json").read_text())
            lines = (entry / "observations.jsonl").read_text().splitlines()
            self.assertIn("inspection", json.loads(lines[0]))
            draft = report["graded"].get("draft", {"cases": []})
            self.assertEqual([json.loads(line)["case"] for line in lines[1:]],
                             [case["id"] for case in report["graded"]["cases"] + draft["cases"]])
            self.assertTrue((entry / "report.html").read_text().rstrip().endswith("</html>"))

    def assert_nothing_runs(self):
        """Whatever outlived the binary ends soon. Needs adopt_orphans()."""
        deadline = time.monotonic() + 30
        while True:
            try:
                left = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG)
            except ChildProcessError:
                return
            if left is None:
                self.assertLess(time.monotonic(), deadline,
                                f"still running: {children_of(os.getpid())}")
                time.sleep(0.01)  # there is no event that tells of the end of any child with a deadline


def indicators(report):
    return {each["id"]: each["verdict"] for each in report["graded"]["indicators"]}


def graded_bytes(report):
    return json.dumps(report["graded"], ensure_ascii=False)


def main():
    # Whoever starts tests in the background may have had these ignored; the binary inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main()
