"""What `assay grade` does where it graded before, and where it cannot write or read."""

import json
import os
import shutil
import signal
import subprocess

import support
from support import EndToEnd, graded_bytes

NOBODY = 65534
EXERCISE = "daily_totals"
SOLUTIONS = support.ROOT / "exercises" / EXERCISE / "solutions"


class Keep(EndToEnd):
    def setUp(self):
        super().setUp()
        self.out = self.scratch / "out"
        self.all = self.scratch / "all"
        for name, kind in (("ada", "reference"), ("bob", "flawed"), ("eve", "unusual")):
            shutil.copytree(sorted((SOLUTIONS / kind).iterdir())[0], self.all / name)

    def grade(self, *submissions, out=None, options=(), expect=0):
        self.done = self.run_assay("grade", EXERCISE, *submissions, "--out", out, *options, expect=expect)
        return self.reports(out)

    def texts(self):
        """{submission: bytes of report.json}: a result that was made again has other times in it."""
        return {folder.name: (folder / "report.json").read_bytes()
                for folder in sorted(self.out.iterdir()) if folder.is_dir()}

    def made_by(self, *options):
        """Grades all; the names of those that were made anew."""
        before = self.texts() if self.out.exists() else {}
        self.grade(self.all, out=self.out, options=options)
        return [name for name, text in self.texts().items() if before.get(name) != text]

    def summary(self):
        return json.loads((self.out / "summary.json").read_text())


class SameAgain(Keep):
    def test_what_is_there_is_kept_and_told_and_force_makes_all_anew(self):
        self.assertEqual(self.made_by(), ["ada", "bob", "eve"])
        self.assertNotIn("kept", self.summary())
        first = self.reports(self.out)
        self.assertEqual(self.made_by(), [])
        self.assertEqual(self.summary()["kept"], 3)
        self.assertIn("All of them were kept", self.done.stdout)
        self.assertIn("kept", (self.out / "summary.html").read_text())
        self.assertEqual(self.made_by("--force"), ["ada", "bob", "eve"])
        self.assertNotIn("kept", self.summary())
        for name, report in self.reports(self.out).items():
            self.assertEqual(graded_bytes(report), graded_bytes(first[name]))
            self.assertEqual(report["run"]["key"], first[name]["run"]["key"])
        self.assert_whole(self.out)

    def test_results_do_not_go_among_the_submissions(self):
        for out in (self.all, self.all / "reports", self.all / "ada" / ".." / "ada"):
            refused = self.run_assay("grade", EXERCISE, self.all, "--out", out, expect=2)
            self.assertIn("the results would lie among the submissions", refused.stderr)
            self.assertIn("--out", refused.stderr)
        self.assertEqual(sorted(path.name for path in self.all.iterdir()), ["ada", "bob", "eve"])

    def test_what_is_missing_spoilt_or_changed_is_made_and_the_summary_covers_all(self):
        self.made_by()
        entries = self.summary()["submissions"]
        shutil.rmtree(self.out / "ada")
        self.assertEqual(self.made_by(), ["ada"])
        self.assertEqual(self.summary()["kept"], 2)
        self.assertIn("2 were kept", self.done.stdout)
        self.assertEqual(self.summary()["submissions"], entries)
        (self.out / "bob" / "report.json").write_text("{")
        self.assertEqual(self.made_by(), ["bob"])
        self.assertIn("their reports cannot be read", self.done.stderr)
        self.assertEqual([path.read_text() for path in (self.out / "bob" / "superseded").iterdir()], ["{"])
        (self.out / "eve" / "observations.jsonl").unlink()
        self.assertEqual(self.made_by(), ["eve"])
        (self.all / "eve" / "notes.md").write_text("n")
        self.assertEqual(self.made_by(), ["eve"])
        self.assertIn("1 result in", self.done.stderr)
        self.assertIn("the submission has changed", self.done.stderr)
        self.assertEqual(self.made_by(), [])
        self.assertEqual([each["id"] for each in self.summary()["submissions"]],
                         [each["id"] for each in entries])

    def test_other_terms_make_all_anew(self):
        self.made_by()
        options = []
        for more, why in ((["--level", "senior"], "another level"), (["--seed", "7"], "another seed"),
                          (["--no-sandbox"], "without")):
            options += more
            self.assertEqual(self.made_by(*options), ["ada", "bob", "eve"], options)
            self.assertIn(why, self.done.stderr)
            self.assertEqual(self.made_by(*options), [], options)

    def test_what_was_made_without_a_layer_is_made_anew_where_it_is_required(self):
        self.made_by("--require-layer", "landlock")
        self.assertEqual(self.made_by("--require-layer", "Landlock"), [])
        report = json.loads((self.out / "bob" / "report.json").read_text())
        [layer] = [each for each in report["run"]["sandbox"]["layers"] if each["name"] == "Landlock"]
        layer["state"] = "unavailable"
        (self.out / "bob" / "report.json").write_text(json.dumps(report))
        self.assertEqual(self.made_by(), [])
        self.assertEqual(self.made_by("--require-layer", "Landlock"), ["bob"])
        self.assertIn("they were made without a layer that is required now", self.done.stderr)

    def test_a_format_that_is_missing_is_made_without_running_anything(self):
        self.made_by("--format", "json")
        self.assertFalse((self.out / "ada" / "report.html").exists())
        self.assertEqual(self.made_by(), [])
        self.assert_whole(self.out)

    def test_requirements_and_pages_take_in_what_is_kept(self):
        self.grade(self.all / "bob", out=self.out)
        self.grade(self.all / "bob", out=self.out, options=["--require", "exceeds"], expect=1)
        self.assertIn("It was kept", self.done.stdout)
        self.assertIn("Positive indicators", self.done.stdout)

    def test_verdicts_that_were_derived_again_are_kept_as_well(self):
        home = self.home_for_everyone()
        environment = os.environ | {"ASSAY_HOME": str(home)}
        again = lambda *arguments: self.run_assay(*arguments, env=environment)
        again("grade", EXERCISE, self.all, "--out", self.out)
        rubric = home / "exercises" / EXERCISE / "rubric.yaml"
        text = rubric.read_text()
        rubric.write_text(text.replace("label: ", "label: Whether ", 1))
        self.assertNotEqual(rubric.read_text(), text)
        again("rejudge", self.out)
        before = self.texts()
        self.assertIn("All of them were kept", again("grade", EXERCISE, self.all, "--out", self.out).stdout)
        self.assertEqual(self.texts(), before)

    def test_only_one_grading_writes_to_a_folder_and_the_other_says_so(self):
        first = subprocess.Popen(self.command("grade", EXERCISE, self.all, "--out", self.out),
                                 cwd=support.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in first.stderr:
            if line.startswith("Grading"):
                break
        first.send_signal(signal.SIGSTOP)  # so that it is not done before the other has come
        try:
            done = self.run_assay("grade", EXERCISE, self.all, "--out", self.out, expect=2)
        finally:
            first.send_signal(signal.SIGCONT)
        self.assertIn("another `assay grade` is writing to this folder", done.stderr)
        first.communicate(timeout=support.DEADLINE_S)
        self.assertEqual(first.returncode, 0)
        self.assertEqual(list(self.reports(self.out)), ["ada", "bob", "eve"])
        self.assert_whole(self.out)


class Marked(Keep):
    def mark(self, name, verdict="observed"):
        self.run_assay("mark", self.out / name, "--by", "eve", "--set", f"totals={verdict}",
                       "--reason", "contested", "--text", "seen by hand")

    def test_a_marked_result_is_kept_with_its_marks_in_report_and_summary(self):
        self.made_by()
        self.mark("ada")
        summary = self.summary()
        self.assertEqual(self.made_by(), [])
        self.assertEqual(self.summary()["submissions"], summary["submissions"])
        self.assertEqual([each["state"] for each in self.reports(self.out)["ada"]["marks"]], ["stands"])

    def test_where_its_submission_has_changed_the_marks_stay_and_are_asked_again_and_that_is_told(self):
        self.made_by()
        self.mark("ada")
        chain = (self.out / "ada" / "marks.jsonl").read_bytes()
        before = self.reports(self.out)["ada"]
        (self.all / "ada" / "solution.py").write_text((self.all / "bob" / "solution.py").read_text())
        self.assertEqual(self.made_by(), ["ada"])
        self.assertIn("1 mark reopened", self.done.stderr)
        self.assertEqual((self.out / "ada" / "marks.jsonl").read_bytes(), chain)
        report = self.reports(self.out)["ada"]
        self.assertEqual([each["state"] for each in report["marks"]], ["reopened"])
        old = json.loads(next((self.out / "ada" / "superseded").iterdir()).read_text())
        self.assertEqual(old, before)

    def test_where_the_file_of_marks_is_spoilt_the_report_that_repeats_them_is_not_lost(self):
        self.made_by()
        self.mark("ada")
        before = (self.out / "ada" / "report.json").read_bytes()
        (self.out / "ada" / "marks.jsonl").write_text("nonsense\n")
        self.assertEqual(self.made_by(), [])
        self.assertIn("marks.jsonl:1", self.done.stderr)
        self.assertEqual(self.made_by("--force"), ["ada", "bob", "eve"])
        self.assertIn("marks.jsonl:1", self.done.stderr)
        self.assertEqual([path.read_bytes() for path in (self.out / "ada" / "superseded").iterdir()], [before])
        self.assertEqual((self.out / "ada" / "marks.jsonl").read_text(), "nonsense\n")


class Refused(Keep):
    """Disks and files that do not let us."""

    def mounted(self, *options):
        """The output folder as a file system of its own."""
        self.out.mkdir()
        if os.geteuid() != 0:
            self.skipTest("needs root, to mount a small file system")
        done = subprocess.run(["mount", "-t", "tmpfs", *options, "none", self.out], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"cannot mount here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.out], check=True)

    def remount(self, options):
        subprocess.run(["mount", "-o", f"remount,{options}", self.out], check=True)

    def test_a_full_disk_is_told_and_what_is_written_is_whole_and_the_same_command_goes_on(self):
        self.mounted("-o", "size=64m")
        self.grade(self.all / "ada", out=self.out)
        used = sum(path.stat().st_blocks * 512 for path in self.out.rglob("*"))
        before = self.texts()
        self.remount(f"size={used + used // 2}")
        done = self.run_assay("grade", EXERCISE, self.all, "--out", self.out, "--jobs", 1, expect=3)
        self.assertIn("No space left on device", done.stderr)
        self.assertIn("the same command goes on from there", done.stderr)
        self.assertEqual({name: self.texts()[name] for name in before}, before)
        self.assertLess(len(self.texts()), 3)
        self.run_assay("mark", self.out, "--list")
        self.remount("size=64m")
        self.assertNotIn("ada", self.made_by())
        self.assertEqual(list(self.texts()), ["ada", "bob", "eve"])
        self.assert_whole(self.out)

    def test_a_file_that_may_not_grow_is_an_error_and_no_death(self):
        limit = ["/usr/bin/prlimit", "--fsize=20000"]
        done = subprocess.run(limit + self.command("grade", EXERCISE, self.all, "--out", self.out),
                              cwd=support.ROOT, capture_output=True, text=True, timeout=support.DEADLINE_S)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual(list(self.out.iterdir()), [])

    def test_an_output_folder_that_is_read_only_is_told_before_anything_is_run(self):
        self.mounted()
        self.grade(self.all, out=self.out)
        before = self.texts()
        self.remount("ro")
        done = self.run_assay("grade", EXERCISE, self.all, "--out", self.out, "--force", expect=3)
        self.assertIn("Read-only file system", done.stderr)
        self.assertIn("--out", done.stderr)
        self.assertNotIn("Grading", done.stderr)
        self.assertEqual(self.texts(), before)

    def test_a_submission_that_changes_whenever_it_is_read_is_not_graded_by_halves(self):
        (self.all / "mallory.py").symlink_to("/proc/sys/kernel/random/uuid")
        report = self.grade(self.all / "mallory.py", out=self.out)["mallory"]
        self.assertIn("it changed whenever it was read", report["graded"]["gradable"]["reason"])
        self.assertIn("mallory.py: it changed whenever it was read", self.done.stderr)


class AsAnyone(Keep):
    """As an ordinary user, whom permissions hold back."""

    def setUp(self):
        super().setUp()
        self.scratch.chmod(0o755)
        home = self.home_for_everyone()
        self.options = {"env": os.environ | {"ASSAY_HOME": str(home)}}
        if os.geteuid() == 0:
            self.options |= {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", self.all], check=True)
        self.binary = home / "bin" / "assay"
        self.out.mkdir()
        self.own(self.out)

    def own(self, path):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)

    def command(self, *arguments):
        return [str(self.binary), *map(str, arguments)]

    def grade_as_anyone(self, expect=0):
        return self.run_assay("grade", EXERCISE, self.all, "--out", self.out, expect=expect,
                              **self.options)

    def test_a_submission_that_cannot_be_read_is_told_and_costs_nobody_else(self):
        self.grade_as_anyone()
        before = self.texts()
        (self.all / "ada" / "solution.py").chmod(0)
        (self.all / "bob").chmod(0)
        self.grade_as_anyone()
        reports = self.reports(self.out)
        for name in ("ada", "bob"):
            self.assertIn("Permission denied", reports[name]["graded"]["gradable"]["reason"], name)
            old = [path.read_bytes() for path in (self.out / name / "superseded").iterdir()]
            self.assertEqual([json.loads(each) for each in old], [json.loads(before[name])])
        self.assertEqual(self.texts()["eve"], before["eve"])
        (self.all / "bob").chmod(0o755)
        (self.all / "ada" / "solution.py").chmod(0o644)
        self.grade_as_anyone()
        for name, report in self.reports(self.out).items():
            self.assertEqual(graded_bytes(report), graded_bytes(json.loads(before[name])), name)

    def test_a_result_folder_that_may_not_be_changed_is_told_and_stays_as_it_is(self):
        self.grade_as_anyone()
        before = self.texts()
        (self.out / "ada").chmod(0o555)
        source = self.all / "ada" / "solution.py"
        source.write_text(source.read_text() + "# later\n")
        done = self.grade_as_anyone(expect=3)
        self.assertIn("Permission denied", done.stderr)
        self.assertIn(str(self.out / "ada"), done.stderr)
        self.assertEqual(self.texts(), before)
        (self.out / "ada").chmod(0o755)
        self.grade_as_anyone()
        self.assertEqual([name for name, text in self.texts().items() if text != before[name]], ["ada"])
        self.assert_whole(self.out)


if __name__ == "__main__":
    support.main()
