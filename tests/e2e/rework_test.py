"""The variant in which a candidate reworks a draft."""

import shutil

import support
from support import EndToEnd, graded_bytes, indicators

WITH_AI = support.SOLUTIONS / "with_ai"
RESTING_ON_THE_DRAFT = ("sees_oversimplification", "state_differentiation", "contract_improved",
                        "accepts_generic_handling")


class Rework(EndToEnd):
    def grade_reworks(self, *folders, options=(), **more):
        return self.grade(*folders, options=["--variant", "with_ai", *options], **more)

    def test_draft_and_solution_stand_beside_each_other_and_the_draft_runs_once_for_all(self):
        reports = self.grade_reworks(WITH_AI / "reference" / "starter_client",
                                     WITH_AI / "flawed" / "handed_in_as_drafted")
        self.assertIn("Grading 2 submissions and 1 draft", self.done.stderr)
        self.assert_whole(self.scratch / "out")
        for name, report in reports.items():
            graded = report["graded"]
            self.assertEqual(graded["exercise"]["draft"], "package")
            self.assertEqual([f["path"] for f in graded["draft"]["files"]], ["draft.py"])
            self.assertEqual([c["id"] for c in graded["draft"]["cases"]], [c["id"] for c in graded["cases"]])
            self.assertTrue(any(cite.get("of") == "draft" for fact in graded["evidence"] for cite in fact["cites"]), name)
        drafted, copied = (reports["handed_in_as_drafted"]["graded"][k] for k in ("draft", "submission"))
        answers = [c.get("value") for c in drafted["cases"]]
        self.assertEqual(answers, [c.get("value") for c in reports["starter_client"]["graded"]["draft"]["cases"]])
        self.assertEqual(answers, [c.get("value") for c in reports["handed_in_as_drafted"]["graded"]["cases"]])
        self.assertEqual(drafted["files"][0]["text"],
                         next(f["text"] for f in copied["files"] if f["path"] == "solution.py"))
        verdicts = {name: indicators(report) for name, report in reports.items()}
        self.assertEqual(verdicts["handed_in_as_drafted"]["accepts_generic_handling"], "observed")
        self.assertEqual(verdicts["starter_client"]["accepts_generic_handling"], "not_observed")
        self.assertEqual(verdicts["starter_client"]["state_differentiation"], "observed")

    def test_a_cohort_with_own_drafts_compares_each_with_its_own_and_none_with_nothing(self):
        kept = WITH_AI / "flawed" / "own_draft_bool_kept"
        lost = self.scratch / "all" / "lost"
        shutil.copytree(WITH_AI / "reference" / "starter_client", lost)
        reports = self.grade_reworks(kept, lost, options=["--draft", "own"])
        self.assertEqual(reports[kept.name]["graded"]["draft"]["kind"], "own")
        self.assertIn("return False", reports[kept.name]["graded"]["draft"]["files"][0]["text"])
        self.assertEqual(reports["lost"]["graded"]["exercise"]["draft"], "own")
        self.assertNotIn("draft", reports["lost"]["graded"])
        verdicts = indicators(reports["lost"])
        self.assertEqual({verdicts[each] for each in RESTING_ON_THE_DRAFT}, {"not_exercised"})

    def test_what_others_handed_in_changes_nothing_of_a_report(self):
        one = WITH_AI / "reference" / "starter_client"
        alone = self.grade_reworks(one, out=self.scratch / "alone")
        beside = self.grade_reworks(WITH_AI / "flawed" / "one_error_of_its_own", one, out=self.scratch / "beside")
        self.assertEqual(graded_bytes(alone[one.name]), graded_bytes(beside[one.name]))

    def test_a_draft_of_ones_own_that_is_hostile_costs_only_what_rests_on_it(self):
        mallory = self.scratch / "all" / "mallory"
        shutil.copytree(WITH_AI / "reference" / "starter_client", mallory)
        (mallory / "draft.py").write_text(support.HOSTILE)
        report = self.grade_reworks(mallory, options=["--draft", "own"])["mallory"]
        verdicts = indicators(report)
        self.assertEqual({verdicts[each] for each in RESTING_ON_THE_DRAFT}, {"not_exercised"})
        self.assertEqual(verdicts["explicit_handling"], "observed")

    def test_a_second_judgement_has_the_draft_as_the_first_had_it(self):
        for options in ([], ["--draft", "own"]):
            with self.subTest(options):
                out = self.scratch / f"out-{len(options)}"
                self.grade_reworks(WITH_AI / "flawed" / "own_draft_bool_kept", options=options, out=out)
                before = (out / "own_draft_bool_kept" / "report.json").read_bytes()
                self.run_assay("rejudge", out / "own_draft_bool_kept")
                self.assertEqual((out / "own_draft_bool_kept" / "report.json").read_bytes(), before)

    def test_a_variant_without_a_draft_takes_no_such_option(self):
        done = self.run_assay("grade", support.EXERCISE, WITH_AI / "reference" / "starter_client", "--draft", "own",
                              "--out", self.scratch / "out", expect=2)
        self.assertIn("without_ai of check_pipeline_health has no draft", done.stderr)

    def test_show_tells_what_the_draft_did_in_a_case(self):
        reference = WITH_AI / "reference" / "starter_client"
        report = self.grade_reworks(reference)[reference.name]
        whole = self.run_assay("show", self.scratch / "out" / reference.name).stdout
        self.assertIn("The draft in the same cases", whole)
        case = next(c["id"] for c in report["graded"]["cases"] if c["label"] == "missing_data")
        page = self.run_assay("show", self.scratch / "out" / reference.name, case).stdout
        self.assertIn("'unhealthy'", page[page.index("The draft in this case"):])
        suggestion = next(i["suggestion"]["because"] for i in report["graded"]["indicators"]
                          if i["id"] == "sees_oversimplification")
        self.assertNotIn(suggestion[:30], " ".join(whole.split()))  # a person decides first


if __name__ == "__main__":
    support.main()
