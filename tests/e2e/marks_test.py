"""`assay mark`, `rejudge`, `diff`: what people decide, and what becomes of it."""

import concurrent.futures
import fcntl
import hashlib
import json
import os
import pty
import resource
import select
import shutil
import signal
import subprocess
import tempfile
import termios
import time

import support
from support import EndToEnd, graded_bytes, indicators, solution

FLAWED = support.SOLUTIONS / "flawed" / "missing_as_low"


class Graded(EndToEnd):
    """Two submissions, graded once; each test has a copy of the results."""

    @classmethod
    def setUpClass(cls):
        cls.master = support.pathlib.Path(tempfile.mkdtemp(prefix="assay-e2e-graded-"))
        cls.addClassCleanup(shutil.rmtree, cls.master, ignore_errors=True)
        shutil.copytree(solution("reference"), cls.master / "in" / "ada")
        shutil.copytree(FLAWED, cls.master / "in" / "bob")
        subprocess.run([support.ASSAY, "grade", support.EXERCISE, cls.master / "in", "--out", cls.master / "out"],
                       cwd=support.ROOT, check=True, capture_output=True, timeout=support.DEADLINE_S)

    def setUp(self):
        super().setUp()
        self.out = self.scratch / "out"
        shutil.copytree(self.master / "out", self.out)

    def report(self, name="ada"):
        return json.loads((self.out / name / "report.json").read_text())

    def lines(self, name="ada"):
        return (self.out / name / "marks.jsonl").read_text().splitlines()

    def mark(self, *arguments, name="ada", by="eve", expect=0):
        return self.run_assay("mark", self.out / name, "--by", by, *arguments, expect=expect)


class Set(Graded):
    def test_a_mark_is_in_the_chain_the_report_the_page_and_the_summary(self):
        before = self.report()
        self.assertIn("cannot_explain", before["final"]["open"])
        self.mark("--role", "interviewer", "--set", "cannot_explain=not_observed", "--reason", "conversation",
                  "--text", "named all of <them>")
        line = json.loads(self.lines()[0])
        self.assertEqual((line["by"], line["role"], line["machine"], line["human"], line["reason_code"],
                          line["text"], line["prev_sha256"]),
                         ("eve", "interviewer", "needs_human", "not_observed", "conversation",
                          "named all of <them>", None))
        report = self.report()
        self.assertEqual(graded_bytes(report), graded_bytes(before))
        self.assertEqual({key: value for key, value in report["marks"][0].items() if key != "state"}, line)
        self.assertEqual(report["marks"][0]["state"], "stands")
        self.assertNotIn("cannot_explain", report["final"]["open"])
        summary = json.loads((self.out / "summary.json").read_text())
        entries = {each["id"]: each for each in summary["submissions"]}
        self.assertNotIn("cannot_explain", entries["ada"]["needs_human"])
        self.assertIn("cannot_explain", entries["bob"]["needs_human"])
        shown = self.run_assay("show", self.out / "ada").stdout
        self.assertIn("named all of <them>", " ".join(shown.split()))
        self.assertTrue((self.out / "ada/report.html").read_text().rstrip().endswith("</html>"))
        self.assert_whole(self.out)

    def test_the_anchor_follows_an_override_and_both_verdicts_are_kept(self):
        self.assertEqual(self.report("bob")["final"]["anchor"], "below")
        machine = indicators(self.report("bob"))
        wrong = [each["id"] for each in self.report("bob")["graded"]["overall"]["rule"]
                 if each["required"] and not each["holds"]]
        self.assertEqual(wrong, ["T1"])
        refused = self.mark("--set", "overall.T1=observed", "--reason", "source", name="bob", expect=2)
        self.assertIn("--text", refused.stderr)
        self.mark("--set", "overall.T1=observed", "--reason", "unusual_right", "--text", "a third key tells",
                  name="bob", by="ivy")
        again = self.mark("--set", "overall.T1=observed", "--reason", "unusual_right", "--text", "it does", name="bob")
        self.assertIn("saved: overall.T1 not_observed -> observed, in the place of observed by ivy\n", again.stdout)
        report = self.report("bob")
        self.assertIn(report["final"]["anchor"], ("meets", "exceeds"))
        self.assertEqual(report["graded"]["overall"]["anchor"], "below")
        self.assertEqual(report["marks"][0]["machine"], "not_observed")
        self.assertEqual(indicators(report), machine)

    def test_each_line_holds_the_hash_of_the_one_before(self):
        for verdict in ("observed", "not_observed", "not_exercised"):
            self.mark("--set", f"cannot_explain={verdict}", "--reason", "conversation")
        lines = self.lines()
        for before, line in zip(lines, lines[1:]):
            self.assertEqual(json.loads(line)["prev_sha256"], hashlib.sha256(before.encode()).hexdigest())
        self.assertEqual([each["state"] for each in self.report()["marks"]], ["replaced", "replaced", "stands"])

    def test_a_changed_line_is_named_and_nothing_is_added_to_a_broken_chain(self):
        for verdict in ("observed", "not_observed"):
            self.mark("--set", f"cannot_explain={verdict}", "--reason", "conversation")
        path = self.out / "ada" / "marks.jsonl"
        good = path.read_text()
        path.write_text(good.replace('"by":"eve"', '"by":"ivy"', 1))
        bad = self.mark("--set", "cannot_explain=observed", "--reason", "conversation", expect=2)
        self.assertIn("marks.jsonl:2", bad.stderr)
        self.assertIn("line 1 was changed", bad.stderr)
        path.write_text(good.splitlines(keepends=True)[0])
        self.assertIn("line 2 is gone", self.mark("--list", expect=2).stderr)
        path.unlink()
        self.assertIn("line 1 is gone", self.mark("--list", expect=2).stderr)

    def test_many_who_mark_at_once_leave_one_whole_chain(self):
        def mark(number):
            return self.mark("--set", "cannot_explain=observed", "--reason", "conversation", by=f"marker-{number}")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(mark, range(12)))
        self.assertEqual(len(self.lines()), 12)
        self.mark("--list")
        self.assertEqual(len(self.report()["marks"]), 12)

    def test_a_mark_that_the_summary_cannot_take_is_saved_once_and_says_so(self):
        odd = ['{"x": 1}', '{"submissions": [{}], "indicators": []}', "[]", "no JSON"]
        for number, text in enumerate(odd, 1):
            (self.out / "summary.json").write_text(text)
            done = self.mark("--set", "cannot_explain=not_observed", "--reason", "conversation")
            replaced = ", in the place of not_observed by eve" if number > 1 else ""
            self.assertEqual(done.stdout.splitlines()[0],
                             f"saved: cannot_explain needs_human -> not_observed{replaced}")
            self.assertIn("assay: note: the mark is saved; the summary could not be renewed: ", done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)
            self.assertEqual(len(self.lines()), number)
            self.assertEqual(len(self.report()["marks"]), number)
            self.assertEqual((self.out / "summary.json").read_text(), text)

    def test_a_mark_that_fits_the_disk_where_the_report_does_not_is_saved_once_and_says_so(self):
        def limit_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 10, 16 << 10))
        before = (self.out / "ada" / "report.json").read_bytes()
        # Ignoring SIGXFSZ, which this process does, is what makes a write fail instead.
        done = self.run_assay("mark", self.out / "ada", "--by", "eve", "--set", "cannot_explain=not_observed",
                              "--reason", "conversation", preexec_fn=limit_files, restore_signals=False)
        self.assertIn("saved: cannot_explain", done.stdout)
        self.assertIn("assay: note: the mark is saved; the report could not be renewed: ", done.stderr)
        self.assertEqual(len(self.lines()), 1)
        self.assertEqual((self.out / "ada" / "report.json").read_bytes(), before)
        self.assertIn("stands     cannot_explain: not_observed", self.mark("--list").stdout)
        self.mark("--set", "separation=observed", "--reason", "source")
        self.assertEqual(len(self.report()["marks"]), 2)

    def test_wrong_arguments_say_what_to_do_and_save_nothing(self):
        for arguments, says in [
                (["--set", "nonsense=observed", "--reason", "source"], "cannot_explain"),
                (["--set", "cannot_explain=maybe", "--reason", "source"], "not_exercised"),
                (["--set", "cannot_explain"], "INDICATOR=VERDICT"),
                (["--set", "cannot_explain=observed"], "written_answer"),
                (["--set", "cannot_explain=observed", "--reason", "mood"], "written_answer"),
                (["--set", "cannot_explain=observed", "--reason", "other"], "--text"),
                (["--set", "cannot_explain=observed", "--set", "x=observed", "--reason", "source"], "x"),
                ([], "--set")]:
            self.assertIn(says, self.mark(*arguments, expect=2).stderr, arguments)
        self.assertIn("one submission, and there are 2",
                      self.run_assay("mark", self.out, "--set", "cannot_explain=observed", "--reason", "source",
                                     expect=2).stderr)
        self.assertFalse((self.out / "ada" / "marks.jsonl").exists())
        self.run_assay("mark", self.scratch, expect=2)

    def test_reports_graded_under_other_conditions_are_not_marked_side_by_side(self):
        shutil.rmtree(self.out / "bob")
        self.run_assay("grade", support.EXERCISE, self.master / "in" / "bob", "--out", self.out, "--level", "senior")
        refused = self.run_assay("mark", self.out, expect=2)
        self.assertIn("level: mid and senior", refused.stderr)


class Session:
    """`assay mark` on a terminal of its own."""

    def __init__(self, *arguments):
        self.ours, self.theirs = pty.openpty()
        self.before = termios.tcgetattr(self.theirs)
        fd = self.theirs

        def take_terminal():
            os.setsid()
            fcntl.ioctl(fd, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([support.ASSAY, "mark", *map(str, arguments)], cwd=support.ROOT, stdin=fd,
                                        stdout=fd, stderr=fd, preexec_fn=take_terminal,
                                        env={**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"})
        self.seen = ""
        self.expect("> ")

    def expect(self, text):
        """What comes until `text`, which must come."""
        deadline = time.monotonic() + 60
        seen = ""
        while text not in seen:
            ready, _, _ = select.select([self.ours], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{text!r} did not come; what came: {seen[-2000:]}")
            seen += os.read(self.ours, 65536).decode(errors="replace")
        self.seen += seen
        return seen

    def press(self, keys, text="> "):
        os.write(self.ours, keys.encode())
        return self.expect(text)

    def end(self):
        code = self.process.wait(timeout=60)
        after = termios.tcgetattr(self.theirs)
        os.close(self.ours)
        os.close(self.theirs)
        return code, after


class Walk(Graded):
    def start(self, *arguments):
        session = Session(self.out, "--by", "eve", *arguments)
        self.addCleanup(lambda: session.process.poll() is None and session.process.kill())
        self.assertNotEqual(termios.tcgetattr(session.theirs), session.before, "keys are read as they come")
        return session

    def test_questions_are_walked_with_one_key_each_and_the_next_walk_takes_up_what_is_left(self):
        session = self.start("--indicator", "cannot_explain")
        self.assertIn("ada (1 of 2 submissions)", session.seen)
        self.assertIn("Cannot explain state transitions", session.seen)
        session.press("\x1b[A\x1b[Bn", "what the candidate said when asked")  # arrows mean nothing
        session.press("1", "Anything to add?")
        saved = session.press("named them aé\x7fll\r", "goes on")
        self.assertIn("Saved: not observed", saved)
        self.assertIn("bob (2 of 2", session.press(" ", "? explains"))
        session.press("q", "1 mark saved")
        code, after = session.end()
        self.assertEqual(code, 0)
        self.assertEqual(after, session.before)
        self.assertEqual(json.loads(self.lines()[0])["text"], "named them all")
        self.assertFalse((self.out / "bob" / "marks.jsonl").exists())

        again = self.start()
        self.assertNotIn("ada", again.seen.split("to decide")[0])
        again.press("q", "0 marks saved")
        self.assertEqual(again.end()[0], 0)

    def test_the_terminal_is_as_before_whatever_ends_the_walk(self):
        for how in ("Ctrl-C", "SIGTERM", "SIGHUP", "Ctrl-D", "error"):
            with self.subTest(how):
                session = self.start()
                session.press("o", "> ")  # midway in a mark
                if how == "Ctrl-C":
                    os.write(session.ours, b"\x03")
                elif how == "Ctrl-D":
                    os.write(session.ours, b"\x04")
                elif how == "error":
                    (self.out / "ada" / "marks.jsonl").write_text("{}\n")
                    session.press("1", "> ")
                    os.write(session.ours, b"\r")
                else:
                    session.process.send_signal(getattr(signal, how))
                session.expect("is no mark" if how == "error" else "saved.")
                code, after = session.end()
                self.assertEqual(code, 2 if how == "error" else 130)
                self.assertEqual(after, session.before)
        self.assertEqual(self.lines(), ["{}"])

    def test_a_blind_walk_names_nobody(self):
        session = self.start("--blind", "--order", "indicator")
        session.press("e", "? explains")
        session.press("s", "? explains")
        self.assertNotIn("ada", session.seen)
        self.assertNotIn("bob", session.seen)
        self.assertRegex(session.seen, r"c-[0-9a-f]{10}")
        session.press("q", "saved.")
        self.assertEqual(session.end()[0], 0)


class Rejudge(Graded):
    def home(self):
        """A copy of what Assay comes with, to change; used by the commands that run from now on."""
        home = self.scratch / "home"
        shutil.copytree(support.ROOT / "exercises", home / "exercises")
        shutil.copytree(support.ROOT / "rubrics" / "definitions", home / "rubrics" / "definitions")
        self.environment = {**os.environ, "ASSAY_HOME": str(home)}
        return home

    def rejudge(self, name="bob", expect=0):
        return self.run_assay("rejudge", self.out / name, expect=expect,
                              env=getattr(self, "environment", None))

    def test_untouched_everything_stays_byte_for_byte(self):
        self.mark("--set", "cannot_explain=not_observed", "--reason", "conversation")
        before = {path: path.read_bytes() for path in self.out.rglob("*") if path.is_file()}
        done = self.run_assay("rejudge", self.out)
        self.assertIn("2 reports judged again, 0 changed", done.stdout)
        self.assertEqual({path: path.read_bytes() for path in self.out.rglob("*") if path.is_file()}, before)

    def test_what_failed_is_not_counted_as_judged(self):
        (self.out / "ada" / "observations.jsonl").unlink()
        done = self.run_assay("rejudge", self.out, expect=2)
        self.assertIn("1 report judged again, 0 changed, 1 not judged.\n", done.stdout)
        self.assertIn("bob: unchanged", done.stdout)

    def test_a_summary_that_is_none_costs_no_judgement(self):
        home = self.home()
        cases = home / "exercises" / support.EXERCISE / "cases" / "06_missing_data.yaml"
        cases.write_text(cases.read_text().replace("title: ", "title: As it were, ", 1))
        (self.out / "summary.json").write_text('{"x": 1}')
        done = self.rejudge()
        self.assertIn("1 report judged again, 1 changed.", done.stdout)
        self.assertIn("assay: note: the summary could not be renewed: ", done.stderr)

    def test_what_could_not_be_graded_stays_so_with_the_same_reason(self):
        self.write("odd/broken.py", "def check_pipeline_health(:\n")
        self.write("odd/archive.zip", "PK")
        (self.scratch / "odd/empty").mkdir()
        reports = self.grade(self.scratch / "odd", out=self.scratch / "odd-out")
        self.assertEqual(len(reports), 3)
        self.assertIn("3 reports judged again, 0 changed",
                      self.run_assay("rejudge", self.scratch / "odd-out").stdout)

    def test_verdicts_come_from_the_record_and_from_nothing_else(self):
        path = self.out / "ada" / "observations.jsonl"
        changed = path.read_text().replace('"low_volume"', '"healthy"').replace('"too_few_rows"', '"healthy"')
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        statuses = {line["case"]: line["value"]["status"] for line in lines[1:]
                    if isinstance(line.get("value"), dict) and isinstance(line["value"].get("status"), str)}
        low, healthy = statuses["low"], statuses["healthy"]
        self.assertNotEqual(low, healthy)
        changed = "\n".join(json.dumps(line, ensure_ascii=False).replace(f'"status": "{low}"', f'"status": "{healthy}"')
                            for line in lines) + "\n"
        self.mark("--set", "explicit_handling=observed", "--reason", "record", "--set", "separation=observed")
        path.write_text(changed)
        self.assertIn("1 mark kept, 1 reopened", self.rejudge("ada").stdout)
        self.assertEqual(indicators(self.report())["hardcoded_thresholds"], "observed")
        # The one rests on cases that went otherwise, and the other on lines of source.
        self.assertEqual({each["indicator"]: each["state"] for each in self.report()["marks"]},
                         {"explicit_handling": "reopened", "separation": "stands"})

    def test_a_changed_rubric_moves_verdicts_and_says_so_and_keeps_what_rests_on_the_same(self):
        self.mark("--set", "cannot_explain=observed", "--reason", "conversation", "--set", "separation=observed",
                  name="bob")
        self.mark("--set", "conflates_failures=not_observed", "--reason", "unusual_right", "--text", "it tells",
                  name="bob")
        before = self.report("bob")
        self.assertEqual(indicators(before)["conflates_failures"], "observed")
        home = self.home()
        rubric = home / "rubrics/definitions/data_engineer_coding_test.yaml"
        text = rubric.read_text()
        changed = text.replace("labels: [missing_data, low_volume, api_failure], answered_in",
                               "labels: [missing_data, api_failure], answered_in")
        changed = changed.replace("label: Cannot explain state transitions", "label: Cannot explain them")
        self.assertNotEqual(changed, text)
        rubric.write_text(changed)
        done = self.rejudge()
        self.assertIn("observed → not observed", done.stdout)
        self.assertIn("3 marks kept, 0 reopened", done.stdout)
        report = self.report("bob")
        self.assertEqual(indicators(report)["conflates_failures"], "not_observed")
        self.assertEqual({each["indicator"]: each["state"] for each in report["marks"]},
                         {"cannot_explain": "stands", "separation": "stands",
                          "conflates_failures": "stands"})
        self.assertNotIn("cannot_explain", report["final"]["open"])
        self.assertEqual(report["lineage"]["cause"], "rejudge")
        self.assertIn(("conflates_failures", "observed", "not_observed"),
                      [(each["indicator"], each["from"], each["to"]) for each in report["lineage"]["changed"]])
        self.assertEqual(len(self.lines("bob")), 3)
        old = list((self.out / "bob" / "superseded").iterdir())
        self.assertEqual(len(old), 1)
        self.assertTrue(report["lineage"]["supersedes"].startswith(old[0].stem))
        self.assertEqual(graded_bytes(json.loads(old[0].read_text())), graded_bytes(before))
        self.assertIn("observed → not observed", self.run_assay("diff", old[0], self.out / "bob").stdout)
        self.assertIn("unchanged", self.rejudge().stdout)

    def test_a_case_that_never_ran_as_it_is_now_needs_a_new_grading(self):
        home = self.home()
        cases = home / "exercises" / support.EXERCISE / "cases" / "07_api_failure.yaml"
        cases.write_text(cases.read_text().replace("status: 503", "status: 504"))
        before = (self.out / "bob" / "report.json").read_bytes()
        refused = self.rejudge(expect=2)
        self.assertIn("server-503", refused.stderr)
        self.assertIn("Grade the submission again", refused.stderr)
        self.assertEqual((self.out / "bob" / "report.json").read_bytes(), before)

    def test_a_title_or_a_label_may_change_without_running_anything(self):
        home = self.home()
        cases = home / "exercises" / support.EXERCISE / "cases" / "06_missing_data.yaml"
        cases.write_text(cases.read_text().replace("title: ", "title: As it were, ", 1))
        self.rejudge()
        titles = [case["title"] for case in self.report("bob")["graded"]["cases"]]
        self.assertTrue(any(title.startswith("As it were, ") for title in titles))

    def test_what_an_older_assay_recorded_is_refused_with_what_to_do(self):
        path = self.out / "ada" / "observations.jsonl"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
        self.assertIn("grade again", self.rejudge("ada", expect=2).stderr)
        path.unlink()
        self.rejudge("ada", expect=2)

    def test_grading_again_keeps_marks_and_says_where_the_report_comes_from(self):
        self.mark("--set", "cannot_explain=not_observed", "--reason", "conversation", name="bob")
        before = self.report("bob")
        self.run_assay("grade", support.EXERCISE, self.master / "in" / "bob", "--out", self.out)
        report = self.report("bob")
        self.assertEqual(report["marks"], before["marks"])
        self.assertNotIn("lineage", report)
        shutil.copytree(solution("reference"), self.scratch / "new" / "bob")
        self.run_assay("grade", support.EXERCISE, self.scratch / "new" / "bob", "--out", self.out)
        report = self.report("bob")
        self.assertEqual([each["state"] for each in report["marks"]], ["reopened"])
        self.assertEqual(report["lineage"]["cause"], "regrade")
        self.assertEqual(len(list((self.out / "bob" / "superseded").iterdir())), 1)

    def test_a_spoilt_file_of_marks_costs_nobody_a_report(self):
        (self.out / "bob" / "marks.jsonl").write_text("nonsense\n")
        done = self.run_assay("grade", support.EXERCISE, self.master / "in" / "bob", "--out", self.out)
        self.assertIn("marks.jsonl:1", done.stderr)
        self.assertEqual((self.out / "bob" / "marks.jsonl").read_text(), "nonsense\n")
        self.assertEqual(self.report("bob")["marks"], [])


class Diff(Graded):
    def test_two_gradings_are_compared_by_submission(self):
        shutil.copytree(self.out, self.scratch / "later")
        same = self.run_assay("diff", self.out, self.scratch / "later", "--require", "same")
        self.assertIn("2 submissions compared, 0 moved", same.stdout)
        shutil.copytree(solution("reference"), self.scratch / "new" / "bob")
        self.run_assay("grade", support.EXERCISE, self.scratch / "new" / "bob", "--out", self.scratch / "later",
                       "--level", "junior")
        moved = self.run_assay("diff", self.out, self.scratch / "later", "--require", "same", expect=1)
        self.assertIn("not the same: level: mid and junior", moved.stdout)
        self.assertTrue(all(len(line) <= 80 for line in moved.stdout.splitlines()))
        shutil.rmtree(self.scratch / "later" / "ada")
        self.assertIn("ada: only in", self.run_assay("diff", self.out, self.scratch / "later").stdout)

    def test_verdicts_of_two_submissions_are_told_with_the_cases_behind_them(self):
        done = self.run_assay("diff", self.out / "ada", self.out / "bob")
        self.assertIn("not the same: submission: ada and bob", done.stdout)
        self.assertIn("not observed → observed", done.stdout)
        self.assertRegex(done.stdout, r"- Case [a-z0-9~-]+: returned")

    def test_what_cannot_be_compared_is_refused(self):
        report = self.report("bob")
        report["graded"]["exercise"]["id"] = "another"
        other = self.write("other/report.json", json.dumps(report))
        self.assertIn("nothing", self.run_assay("diff", self.out / "bob", other, expect=2).stderr)
        self.run_assay("diff", self.out / "bob", self.scratch / "nowhere", expect=2)


if __name__ == "__main__":
    support.main()
