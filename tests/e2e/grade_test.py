"""`assay grade` on submissions of every sort."""

import json
import pathlib
import shutil

import support
from support import EndToEnd, graded_bytes, indicators, solution


class Grade(EndToEnd):
    def test_a_reference_gets_every_positive_and_a_report_in_each_format(self):
        reference = solution("reference")
        reports = self.grade(reference)
        self.assertEqual(list(reports), [reference.name])
        report = reports[reference.name]
        anchor_rubric = report["graded"]["rubrics"][0]["id"]
        for each in report["graded"]["indicators"]:
            if each["basis"] != "human" and each["rubric"] == anchor_rubric:
                self.assertEqual(each["verdict"] == "observed", each["polarity"] == "positive", each)
        self.assertIn(report["graded"]["overall"]["anchor"], ("meets", "exceeds"))
        self.assertEqual(report["run"]["sandbox"]["backend"], "box")
        self.assert_whole(self.scratch / "out")
        self.assertIn(f"{self.scratch}/out/{reference.name}/report.html", self.done.stdout)
        self.assertIn("Clear separation of API call and validation logic", self.done.stdout)
        self.assertIn("Judged apart", self.done.stdout)
        self.assertIn("production_readiness",
                      {each["rubric"] for each in report["graded"]["indicators"]})

    def test_a_flawed_one_gets_a_negative_with_evidence(self):
        flawed = solution("flawed")
        report = self.grade(flawed)[flawed.name]
        wrong = [each for each in report["graded"]["indicators"] if each["basis"] != "human"
                 and (each["verdict"] == "observed") != (each["polarity"] == "positive")]
        self.assertTrue(wrong)
        facts = {fact["id"]: fact for fact in report["graded"]["evidence"]}
        for each in wrong:
            self.assertTrue(all(id in facts and facts[id]["cites"] for id in each["evidence"]), each)

    def test_the_starter_as_it_was_given_is_told_as_such_and_nothing_of_it_is_judged(self):
        starter = support.ROOT / "exercises/check_pipeline_health/starter"
        shutil.copytree(starter, self.scratch / "all/untouched")
        windows = (starter / "solution.py").read_text().replace("\n", "\r\n")
        self.write("all/windows.py", windows)
        self.write("all/begun.py", windows.replace("raise NotImplementedError", "return {}"))
        reports = self.grade(self.scratch / "all")
        for name in ("untouched", "windows"):
            graded = reports[name]["graded"]
            self.assertRegex(graded["gradable"]["reason"], "^solution.py is the starter as it was given: .*[?]$")
            self.assertEqual([fact["cites"][0]["file"] for fact in graded["evidence"]], ["solution.py"])
            page = (self.scratch / "out" / name / "report.html").read_text()
            self.assertIn("the starter as it was given", page)
        self.assertNotIn("starter as it was given", reports["begun"]["graded"]["gradable"]["reason"])

    def test_what_cannot_be_graded_gets_a_report_that_says_so(self):
        self.write("all/broken.py", "def check_pipeline_health(:\n")
        self.write("all/other.py", "def something_else():\n    return 1\n")
        (self.scratch / "all/empty").mkdir()
        self.write("all/archive.zip", "PK")
        self.write("all/two/a.py", "def check_pipeline_health(): pass\n")
        self.write("all/two/b.py", "def check_pipeline_health(): pass\n")
        reports = self.grade(self.scratch / "all")
        self.assertEqual(list(reports), ["archive", "broken", "empty", "other", "two"])
        for name, report in reports.items():
            self.assertEqual(report["graded"]["overall"]["anchor"], "not_gradable", name)
            self.assertFalse(report["graded"]["gradable"]["ok"], name)
            self.assertTrue(report["graded"]["gradable"]["reason"], name)
            self.assertEqual(set(indicators(report).values()) - {"needs_human"}, {"not_exercised"}, name)
        refused = reports["archive"]["graded"]["intake"]
        self.assertEqual([each["path"] for each in refused], ["archive.zip"])
        for text in (refused[0]["refused"], reports["archive"]["graded"]["gradable"]["reason"], self.done.stderr):
            self.assertIn("it is damaged", text)
        self.assertNotIn("under another name", reports["archive"]["graded"]["gradable"]["reason"])
        self.assertIn("What was handed in is empty", reports["empty"]["graded"]["gradable"]["reason"])
        asked = reports["two"]["graded"]["gradable"]["reason"]
        self.assertIn("a.py, b.py. Rename one to solution.py, or name it by --entry-file", asked)

    def test_a_hostile_submission_costs_only_itself(self):
        names = ["ada", "bob", "carl", "dora"]
        for name, kind in zip(names, ["reference", "flawed", "unusual", "reference"]):
            shutil.copytree(solution(kind), self.scratch / "all" / name)
        self.write("all/mallory/solution.py", support.HOSTILE)
        reports = self.grade(self.scratch / "all", out=self.scratch / "together")
        self.assertEqual(sorted(reports), sorted(names + ["mallory"]))
        self.assert_whole(self.scratch / "together")
        for case in reports["mallory"]["graded"]["cases"]:
            self.assertNotIn(case["outcome"]["kind"], ("returned", "harness_fault"), case["id"])
        alone = self.grade(*(self.scratch / "all" / name for name in names), out=self.scratch / "alone")
        for name in names:
            self.assertEqual(graded_bytes(reports[name]), graded_bytes(alone[name]), name)

    def exercise_with_cpu_ms(self, limit):
        exercise = self.scratch / support.EXERCISE
        shutil.copytree(support.ROOT / "exercises" / support.EXERCISE, exercise)
        text = (exercise / "exercise.yaml").read_text()
        (exercise / "exercise.yaml").write_text(text.replace("limits:\n", f"limits:\n  cpu_ms: {limit}\n", 1))
        return exercise

    def test_a_source_whose_reading_reaches_a_limit_is_told_so(self):
        count = 400
        calls = [f"def f{i}(a, b, c):\n    return f{7 * i % count}(b, c, a) or f{3 * i % count}(c, a, b)"
                 f" or f{5 * i % count}(lambda: a, b, c)\n" for i in range(count)]
        good = support.ROOT / "exercises" / support.EXERCISE / "solutions/reference/urllib/solution.py"
        tangled = self.write("tangled.py", good.read_text() + "".join(calls))
        self.run_assay("grade", self.exercise_with_cpu_ms(600), tangled, "--out", self.scratch / "out")
        graded = self.reports(self.scratch / "out")["tangled"]["graded"]
        told = {each["id"]: each["explanation"] for each in graded["indicators"]}
        self.assertIn("while it was read, it reached its limit of cpu time", told["separation"])

    def test_one_that_never_ends_costs_its_limit_a_few_times_and_not_in_every_case(self):
        exercise = self.exercise_with_cpu_ms(100)
        endless = self.write("endless.py", "def check_pipeline_health(date, rows):\n    while True: pass\n")
        out = self.scratch / "out"

        def graded(*options):
            self.run_assay("grade", exercise, endless, "--out", out, *options)
            return self.reports(out)["endless"]["graded"]

        report = graded()
        kinds = [case["outcome"]["kind"] for case in report["cases"]]
        self.assertEqual(set(kinds), {"cpu_time", "not_run"})
        self.assertEqual(kinds.count("cpu_time"), 8)
        self.assertFalse(report["gradable"]["ok"])
        self.assertIn("8 cases, spread over the exercise, went first, and each reached its limit of cpu or wall time; "
                      f"the other {len(kinds) - 8} were not run. Does check_pipeline_health loop for ever?",
                      report["gradable"]["reason"])
        self.assertEqual({case["outcome"]["kind"] for case in graded("--all-cases")["cases"]}, {"cpu_time"})

    def test_the_summary_lists_every_submission_with_those_not_gradable_first(self):
        self.write("all/zoe.py", "nothing = 1\n")
        shutil.copytree(solution("reference"), self.scratch / "all" / "ada")
        self.grade(self.scratch / "all")
        summary = json.loads((self.scratch / "out/summary.json").read_text())
        self.assertEqual([each["id"] for each in summary["submissions"]], ["zoe", "ada"])
        self.assertLess(self.done.stdout.index("zoe"), self.done.stdout.index("ada"))

    def test_requirements_are_told_by_the_exit_code(self):
        self.write("none.py", "nothing = 1\n")
        reference = solution("reference")
        self.grade(reference, options=["--require", "meets"])
        self.grade(reference, self.scratch / "none.py", options=["--require", "meets"], expect=1)
        self.assertIn("none: not_gradable", self.done.stderr)
        self.assert_whole(self.scratch / "out")

    def test_grading_again_replaces_reports_and_keeps_what_others_put_there(self):
        reference = solution("reference")
        self.grade(reference)
        notes = self.write(f"out/{reference.name}/notes.txt", "call her")
        self.grade(reference, options=["--format", "json", "--force"])
        self.assertEqual(notes.read_text(), "call her")
        left = sorted(path.name for path in notes.parent.iterdir())
        self.assertEqual(left, ["notes.txt", "observations.jsonl", "report.json"])

    def test_only_results_go_to_stdout(self):
        reference = solution("reference")
        self.grade(reference, options=["--format", "terminal", "--verbose"])
        self.assertNotIn("\x1b", self.done.stdout)
        self.assertNotIn("Grading 1 submission", self.done.stdout)
        self.assertIn("Grading 1 submission", self.done.stderr)
        self.assertTrue(all(len(line) <= 80 for line in self.done.stdout.splitlines()))
        self.assertFalse((self.scratch / "out" / reference.name / "report.html").exists())

    def test_without_a_sandbox_every_format_says_so(self):
        reference = solution("reference")
        report = self.grade(reference, options=["--no-sandbox"])[reference.name]
        self.assertEqual(report["run"]["sandbox"]["backend"], "process")
        html = (self.scratch / "out" / reference.name / "report.html").read_text()
        for text in (self.done.stdout, html):
            self.assertIn("Not sandboxed", text)
        # What only a box can run is named once beforehand, and tried once.
        self.assertIn("note: 1 case cannot run without the sandbox, since it refuses connections or lets them "
                      "time out: connection-refused; what rests on it stays undetermined\n", self.done.stderr)
        refused = [case for case in report["graded"]["cases"] if case["id"] == "connection-refused"][0]
        self.assertEqual(refused["outcome"]["kind"], "harness_fault")
        self.assertNotIn("\n", refused["outcome"]["detail"])
        self.assertNotIn("connection-refused", " ".join(report["run"]["retries"]))

    def test_a_level_moves_the_anchor_and_no_verdict(self):
        unusual = solution("unusual")
        junior = self.grade(unusual, options=["--level", "junior"])[unusual.name]
        principal = self.grade(unusual, options=["--level", "principal"])[unusual.name]
        self.assertEqual(indicators(junior), indicators(principal))
        self.assertEqual(junior["graded"]["exercise"]["level"], "junior")
        self.assertEqual(principal["graded"]["exercise"]["level"], "principal")


class BadInput(EndToEnd):
    def refuse(self, *arguments, says):
        done = self.run_assay(*arguments, expect=2)
        self.assertEqual(done.stdout, "")
        self.assertIn(says, done.stderr)
        self.assertIn("assay: error:", done.stderr)

    def test_a_path_that_is_missing_stops_all_before_anything_is_written(self):
        out = self.scratch / "out"
        self.refuse("grade", support.EXERCISE, solution("reference"), self.scratch / "nobody", "--out", out,
                    says="nobody")
        self.assertFalse(out.exists())

    def test_an_exercise_that_is_missing_is_named(self):
        self.refuse("grade", "no_such_exercise", solution("reference"), says="no_such_exercise")

    def test_wrong_arguments_say_what_to_do(self):
        reference = solution("reference")
        exercise = support.EXERCISE
        self.refuse(says="--help")
        self.refuse("grad", says="grade")
        self.refuse("grade", says="EXERCISE")
        self.refuse("grade", exercise, says="SUBMISSION")
        self.refuse("grade", exercise, reference, "--level", "boss", says="junior")
        self.refuse("grade", exercise, reference, "--format", "pdf", says="html")
        self.refuse("grade", exercise, reference, "--require", "below", says="meets")
        self.refuse("grade", exercise, reference, "--jobs", "0", says="--jobs")
        self.refuse("grade", exercise, reference, "--variant", "nonsense", says="without_ai")
        self.refuse("grade", exercise, reference, "--unheard-of", says="--unheard-of")

    def test_an_output_folder_that_cannot_be_made_is_told(self):
        self.write("file", "")
        done = self.run_assay("grade", support.EXERCISE, solution("reference"), "--out",
                              self.scratch / "file" / "out", expect=3)
        self.assertIn("--out", done.stderr)


if __name__ == "__main__":
    support.main()
