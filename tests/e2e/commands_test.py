"""`validate`, `show`, `doctor`, `--help`, and what a person sees in a terminal."""

import os
import pty
import re
import shutil
import subprocess

import support
from support import EndToEnd, solution


class Validate(EndToEnd):
    def test_the_package_that_comes_with_assay_is_proven(self):
        done = self.run_assay("validate", support.EXERCISE)
        self.assertIn("the package is proven", done.stdout)

    def test_the_package_without_a_warehouse_is_proven(self):
        done = self.run_assay("validate", "daily_totals")
        self.assertIn("the package is proven", done.stdout)

    def test_the_package_on_sql_is_proven(self):
        done = self.run_assay("validate", "daily_partition_report")
        self.assertIn("the package is proven", done.stdout)

    def copy_of_package(self, solutions):
        copy = self.scratch / support.EXERCISE
        shutil.copytree(support.ROOT / "exercises" / support.EXERCISE, copy,
                        ignore=shutil.ignore_patterns("solutions"))
        for each in solutions:
            shutil.copytree(each, copy / "solutions" / each.parent.name / each.name)
        return copy

    def test_a_wrong_expectation_is_told_with_what_was_found_and_why(self):
        copy = self.copy_of_package([solution("reference")])
        expected = next(copy.glob("solutions/reference/*/expected.yaml"))
        text = expected.read_text()
        self.assertIn("separation: observed", text)
        expected.write_text(text.replace("separation: observed", "separation: not_observed"))
        done = self.run_assay("validate", copy, expect=1)
        self.assertIn("separation: expected not_observed, found observed", done.stdout)
        # One solution cannot show both values of anything.
        self.assertIn("unproven", done.stdout)
        self.assertIn("NOT proven", done.stdout)

    def test_a_mistake_in_a_file_is_told_with_its_place(self):
        copy = self.copy_of_package([solution("reference")])
        expected = next(copy.glob("solutions/reference/*/expected.yaml"))
        expected.write_text(expected.read_text().replace("separation: observed", "separation: perhaps"))
        done = self.run_assay("validate", copy, expect=2)
        self.assertRegex(done.stderr, r"expected\.yaml:\d+:\d+: ")


class Show(EndToEnd):
    def test_a_report_and_each_of_its_cases_are_shown(self):
        reference = solution("reference")
        report = self.grade(reference)[reference.name]
        folder = self.scratch / "out" / reference.name
        whole = self.run_assay("show", folder).stdout
        self.assertEqual(whole, self.run_assay("show", folder / "report.json").stdout)
        self.assertIn(whole.strip(), self.done.stdout)
        case = report["graded"]["cases"][0]
        self.assertTrue(case["requests"])
        page = self.run_assay("show", folder, case["id"]).stdout
        self.assertIn(case["requests"][0]["target"], page.replace("\n", ""))
        self.assertTrue(all(len(line) <= 80 for line in (whole + page).splitlines()))
        missing = self.run_assay("show", folder, "no-such-case", expect=2)
        self.assertIn("no-such-case", missing.stderr)
        slip = self.run_assay("show", folder, case["id"] + "x", expect=2)
        self.assertIn(f"did you mean {case['id']}?", slip.stderr)
        self.assertEqual(self.run_assay("show", self.scratch / "out").stdout, whole)  # the only one in it

    def test_what_is_no_report_is_refused(self):
        for text in ("", "{}", "[" * 100000, '{"schema": "assay.report/1"}'):
            self.run_assay("show", self.write("report.json", text), expect=2)
        nothing = self.run_assay("show", self.scratch / "nothing", expect=2)
        self.assertIn("there is no report of Assay here", nothing.stderr)
        source = self.run_assay("show", self.write("bob.py", "def f():\n    return {}\n"), expect=2)
        self.assertIn("bob.py: this is no report of Assay: it is no JSON", source.stderr)


class Rejudge(EndToEnd):
    def test_what_is_wrong_with_all_results_is_told_once(self):
        flawed = support.ROOT / "exercises/daily_totals/solutions/flawed"
        names = sorted(path.name for path in flawed.iterdir())[:2]
        self.run_assay("grade", "daily_totals", *(flawed / name for name in names), "--out", self.scratch / "out")
        done = self.run_assay("rejudge", self.scratch / "out", "--exercise", support.EXERCISE, expect=2)
        self.assertEqual(done.stderr.count('there is no variant "alone"'), 1)
        self.assertIn(f"So it is with 2 results: {names[0]}, {names[1]}.", done.stderr)
        self.assertIn("0 reports judged again, 0 changed, 2 not judged.", done.stdout)


class Doctor(EndToEnd):
    def test_the_layers_and_what_candidates_may_import_are_listed(self):
        done = self.run_assay("doctor")
        self.assertIn("Layers of isolation", done.stdout)
        self.assertRegex(done.stdout, r"Python 3\.11\.\d+")
        self.assertIn("requests ", done.stdout)

    def test_a_missing_runner_is_an_environment_error(self):
        done = self.run_assay("doctor", "--runner", "/nonexistent/assay-runner", expect=3)
        self.assertIn("/nonexistent/assay-runner", done.stderr)


class WarehouseCases(EndToEnd):
    def test_without_a_case_all_are_listed_as_a_result(self):
        done = self.run_assay("warehouse", support.EXERCISE)
        self.assertRegex(done.stdout, r"(?m)^server-503 +\S")
        self.assertEqual(done.stderr, "")
        done = self.run_assay("warehouse", support.EXERCISE, "--case", "server-53", expect=2)
        self.assertIn("did you mean server-503?", done.stderr)
        done = self.run_assay("warehouse", support.EXERCISE, "--port", 0, expect=2)
        self.assertIn("--case is missing", done.stderr)
        self.assertEqual(done.stdout, "")


class Help(EndToEnd):
    def test_every_command_has_help_that_fits_a_terminal(self):
        top = self.run_assay("--help").stdout
        commands = re.findall(r"^  ([a-z-]+) ", top.split("Subcommands:")[1].split("Examples:")[0], re.M)
        self.assertEqual(commands, ["candidate-report", "diff", "doctor", "grade", "mark", "new", "reference", "rejudge",
                                    "show", "validate", "warehouse"])
        pages = [top] + [self.run_assay(command, "--help").stdout for command in commands]
        for page in pages:
            self.assertIn("Exit codes:", page)
            for line in page.splitlines():
                self.assertLessEqual(len(line), 80, line)
        self.assertRegex(self.run_assay("--version").stdout, r"^assay \d+\.\d+\.\d+\n$")


class Terminal(EndToEnd):
    def on_a_terminal(self, *arguments):
        """What `assay` writes to a terminal, which is its stdin, stdout and stderr; it must succeed."""
        command = self.command(*arguments)
        ours, theirs = pty.openpty()
        process = subprocess.Popen(command, cwd=support.ROOT, stdin=theirs, stdout=theirs, stderr=theirs,
                                   env={**os.environ, "TERM": "xterm-256color"})
        os.close(theirs)
        seen = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # EIO: nobody has the terminal open any more
                break
            if not piece:
                break
            seen += piece
        os.close(ours)
        self.assertEqual(process.wait(timeout=support.DEADLINE_S), 0)
        return seen.decode()

    def test_on_a_terminal_there_is_a_bar_and_nothing_of_it_stays(self):
        text = self.on_a_terminal("grade", support.EXERCISE, solution("reference"), "--out", self.scratch / "out")
        self.assertRegex(text, r"\[#*-*\] \d+/\d+ cases, 0/1 submission")
        after_bar = text.rsplit("\r\x1b[K", 1)[1]
        self.assertRegex(after_bar, r"\x1b\[\d+m")  # results are in colour
        self.assertNotIn("cases/s", after_bar)

    def test_while_submissions_are_read_a_terminal_shows_how_many(self):
        batch = self.scratch / "batch"
        batch.mkdir()
        for name in ("ada", "bert"):
            (batch / f"{name}.py").write_text("def check_pipeline_health(partition_date, expected_min_rows):\n    return {}\n")
        (batch / "notes.txt").write_text("no submission\n")
        text = self.on_a_terminal("grade", support.EXERCISE, batch, "--out", self.scratch / "out")
        reading, said, bar = (text.find(part) for part in ("Reading submissions: 2 so far", "notes.txt", "/2 submissions"))
        self.assertTrue(0 <= reading < said < bar, (reading, said, bar))


if __name__ == "__main__":
    support.main()
