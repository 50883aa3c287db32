"""Runs that are interrupted or whose workers die."""

import os
import shutil
import signal
import subprocess

import support
from support import EndToEnd, children_of, graded_bytes, solution

COPIES = 12


class Disturbed(EndToEnd):
    def setUp(self):
        super().setUp()
        support.adopt_orphans()
        self.out = self.scratch / "out"
        for n in range(COPIES):
            shutil.copytree(solution("reference"), self.scratch / "all" / f"copy-{n:02}")

    def start(self):
        """A run over many copies, up to the moment at which its first report is there."""
        command = self.command("grade", support.EXERCISE, self.scratch / "all", "--out", self.out,
                               "--jobs", 2, "--verbose")
        self.process = subprocess.Popen(command, cwd=support.ROOT, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "is graded" in line:
                return
        self.fail("the run ended before a report was there")

    def finish(self, expect):
        stdout, stderr = self.process.communicate(timeout=support.DEADLINE_S)
        self.assertEqual(self.process.returncode, expect, stderr[-3000:])
        return stdout, stderr

    def test_an_interrupted_run_leaves_whole_reports_only(self):
        for stop in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=stop.name):
                shutil.rmtree(self.out, ignore_errors=True)
                self.start()
                self.process.send_signal(stop)
                stdout, stderr = self.finish(expect=130)
                self.assertEqual(stdout, "")
                self.assertIn("interrupted", stderr)
                self.assertIn(f"of {COPIES} submissions", stderr)
                reports = self.reports(self.out)
                self.assertTrue(0 < len(reports) < COPIES, f"{len(reports)} reports: stopped too late")
                self.assert_whole(self.out)
                self.assertFalse((self.out / "summary.json").exists())
                self.assert_nothing_runs()

    def test_a_worker_that_is_killed_is_replaced_and_its_submission_graded_as_if_not(self):
        self.start()
        workers = children_of(self.process.pid)
        self.assertTrue(workers)
        os.kill(workers[0], signal.SIGKILL)
        self.finish(expect=0)
        reports = self.reports(self.out)
        self.assertEqual(len(reports), COPIES)
        self.assert_whole(self.out)
        self.assertTrue(any(report["run"]["retries"] for report in reports.values()))
        texts = set()
        for name, report in reports.items():
            report["graded"]["submission"]["id"] = ""
            texts.add(graded_bytes(report))
        self.assertEqual(len(texts), 1, "copies of one submission are graded alike")
        self.assert_nothing_runs()

    def test_when_assay_itself_is_killed_nothing_of_it_runs_on(self):
        self.start()
        self.process.kill()
        self.finish(expect=-signal.SIGKILL)
        self.assert_nothing_runs()


if __name__ == "__main__":
    support.main()
