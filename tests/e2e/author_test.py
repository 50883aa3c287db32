"""What an author of exercises does: a new package, its proof, and the reference page."""

import json
import shutil
import subprocess

import support
from support import EndToEnd


class New(EndToEnd):
    def make(self, name, *options, expect=0):
        return self.run_assay("new", self.scratch / name, *options, expect=expect)

    def test_a_new_package_of_either_kind_is_proven_as_it_stands(self):
        for name, options in (("asks", []), ("asks_too", ["--with-warehouse"]), ("pure", ["--no-warehouse"])):
            made = self.make(name, *options)
            self.assertIn(f"assay validate {self.scratch / name}", made.stdout)
            done = self.run_assay("validate", self.scratch / name)
            self.assertIn("2 of 2 solutions as expected", done.stdout)
            self.assertIn("the package is proven", done.stdout)
        asks = (self.scratch / "asks" / "exercise.yaml").read_text()
        self.assertIn("world:", asks)
        self.assertNotIn("needs_warehouse: false", asks)
        self.assertIn("needs_warehouse: false", (self.scratch / "pure" / "exercise.yaml").read_text())

    def test_a_new_package_is_made_in_the_working_folder_and_found_there(self):
        subprocess.run([support.ASSAY, "new", "mine"], cwd=self.scratch, check=True, capture_output=True)
        done = subprocess.run([support.ASSAY, "validate", "mine"], cwd=self.scratch, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_name_that_is_none_or_taken_is_refused(self):
        self.make("mine")
        before = sorted(path.name for path in (self.scratch / "mine").rglob("*"))
        self.assertIn("already", self.make("mine", expect=2).stderr)
        self.assertEqual(before, sorted(path.name for path in (self.scratch / "mine").rglob("*")))
        self.assertIn("small letters", self.make("My-Exercise", expect=2).stderr)
        self.assertIn("no folder", self.make("no/such/folder", expect=2).stderr)
        self.assertIn("excludes", self.make("both", "--no-warehouse", "--with-warehouse", expect=2).stderr)
        self.assertEqual([path.name for path in self.scratch.iterdir()], ["mine"])

    def test_a_mistake_in_a_new_package_is_told_with_its_place(self):
        self.make("mine", "--no-warehouse")
        rubric = self.scratch / "mine" / "rubric.yaml"
        rubric.write_text(rubric.read_text().replace("labels: [text]", "label: [text]"))
        done = self.run_assay("validate", self.scratch / "mine", expect=2)
        self.assertRegex(done.stderr, r"mine/rubric\.yaml:7:\d+: .*labels")
        exercise = self.scratch / "mine" / "exercise.yaml"
        exercise.write_text(exercise.read_text().replace("[rubric.yaml]", "[other.yaml]"))
        self.assertIn("other.yaml", self.run_assay("validate", self.scratch / "mine", expect=2).stderr)
        exercise.write_text(exercise.read_text().replace("[other.yaml]", "[../other.yaml]"))
        self.assertIn("leaves the package", self.run_assay("validate", self.scratch / "mine", expect=2).stderr)

    def test_an_expectation_that_names_no_indicator_is_told_before_anything_is_run(self):
        self.make("mine", "--no-warehouse")
        expected = self.scratch / "mine/solutions/reference/slice/expected.yaml"
        expected.write_text(expected.read_text().replace("{right: observed}", "{rigt: observed}"))
        done = self.run_assay("validate", self.scratch / "mine", expect=2)
        self.assertRegex(done.stderr, r'slice/expected\.yaml:5:14: .* no indicator "rigt" .*did you mean "right"\?')
        self.assertRegex(done.stderr, r"slice/expected\.yaml:5:1: says nothing of right ")
        self.assertEqual(done.stdout, "")


class Pure(EndToEnd):
    """An exercise in which nothing is asked of any warehouse."""

    def test_a_submission_is_graded_and_no_request_is_spoken_of(self):
        flawed = support.ROOT / "exercises/daily_totals/solutions/flawed/versions_as_text"
        self.run_assay("grade", "daily_totals", flawed, "--out", self.scratch / "out")
        report = self.reports(self.scratch / "out")["versions_as_text"]
        self.assertEqual(support.indicators(report),
                         {"totals": "observed", "refuses": "observed", "list_order": "observed"})
        self.assertEqual(report["graded"]["overall"]["anchor"], "below")
        statements = [fact["statement"] for fact in report["graded"]["evidence"]]
        self.assertTrue(statements)
        self.assertFalse([s for s in statements if "request" in s or "state of the world" in s], statements)

    def test_it_can_be_copied_away_and_is_still_proven(self):
        copy = self.scratch / "daily_totals"
        shutil.copytree(support.ROOT / "exercises/daily_totals", copy)
        self.assertIn("the package is proven", self.run_assay("validate", copy).stdout)


class Sql(EndToEnd):
    """An exercise in which queries are asked, whose results come in pages."""

    def test_pages_of_a_query_are_told_as_what_they_are(self):
        solutions = support.ROOT / "exercises/daily_partition_report/solutions"
        self.run_assay("grade", "daily_partition_report", solutions / "flawed/first_page_only",
                       solutions / "reference/requests_session", "--out", self.scratch / "out")
        reports = self.reports(self.scratch / "out")
        stops, anew = reports["first_page_only"], reports["requests_session"]
        self.assertEqual(support.indicators(stops)["reads_all_pages"], "not_observed")
        self.assertEqual(support.indicators(stops)["made_up_report"], "observed")
        self.assertEqual(support.indicators(anew)["needless_requests"], "not_observed")
        cases = {case["id"]: case["requests"] for case in anew["graded"]["cases"]}
        asked = [(request["operation"].split(".")[-1], request.get("status"), "sql" in request)
                 for request in cases["transient-page-503"]]
        page = ("getQueryResults", 200, False)
        self.assertEqual(asked, [("query", 200, True), ("getQueryResults", 503, False),
                                 ("query", 200, True), page, page])
        first, again = (request["sql"] for request in cases["transient-page-503"] if "sql" in request)
        self.assertEqual(first, again)
        self.assertIn("\n-- parameters: ", first)
        # The second page is the second page again, though its job and token are others.
        told = [fact["statement"] for fact in anew["graded"]["evidence"]]
        self.assertTrue(any("we asked too often" in each and "1 of them asked again, after 20 s" in each
                            for each in told), told)


class Mutants(EndToEnd):
    """On the small package, and on one function of the others, whose hundreds take minutes: by hand."""

    def test_every_mutant_of_the_small_package_changes_a_verdict_or_is_known_to_be_as_good(self):
        table = self.scratch / "mutants.json"
        done = self.run_assay("validate", "daily_totals", "--mutants", "--json", table)
        self.assertIn("0 survive.", " ".join(done.stdout.split()))
        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()))
        document = json.loads(table.read_text())
        self.assertTrue(document["ok"])
        self.assertGreater(len(document["mutants"]), 30)
        for mutant in document["mutants"]:
            place, mistake = mutant["id"].split(":", 1)
            self.assertIn(f"\n{place}\n", done.stdout)
            self.assertRegex(done.stdout, rf"(killed|equal) +{mistake} +{mutant['line']} ")
            self.assertEqual(mutant["survives"], False)
            self.assertTrue(mutant["changes"] or mutant["equivalent"], mutant["id"])
            if mutant["changes"]:
                self.assertTrue(mutant["cases_changed"], mutant["id"])
            self.assertNotEqual(mutant["before"], mutant["after"])
        self.assertEqual(sum(bool(mutant["equivalent"]) for mutant in document["mutants"]), 2)

    def test_mistakes_in_reading_the_answer_change_a_verdict_of_the_first_exercise(self):
        table, only = self.scratch / "mutants.json", "urllib/solution.py#parse_partition:"
        done = self.run_assay("validate", "check_pipeline_health", "--mutants", "--only", only, "--json", table)
        document = json.loads(table.read_text())
        self.assertTrue(document["ok"], done.stdout)
        mutants = {mutant["id"].removeprefix(only): mutant for mutant in document["mutants"]}
        self.assertGreater(len(mutants), 10)
        self.assertIn("unsound_conclusions: not_observed → observed", mutants["drop_raise:2"]["changes"])
        self.assertIn("bad-count-nan", mutants["drop_raise:2"]["cases_changed"])
        self.assertTrue(mutants["reuse_status:1"]["equivalent"])
        self.assertRegex(done.stdout, r"A column for each label of the \d+ cases, (.+\n)+  a healthy \d+, b ")
        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()), done.stdout)

    def test_mistakes_in_reading_a_row_change_a_verdict_of_the_exercise_on_sql(self):
        table, only = self.scratch / "mutants.json", "urllib/solution.py#read_rows:"
        done = self.run_assay("validate", "daily_partition_report", "--mutants", "--only", only, "--json", table)
        document = json.loads(table.read_text())
        self.assertTrue(document["ok"], done.stdout)
        mutants = {mutant["id"].removeprefix(only): mutant for mutant in document["mutants"]}
        self.assertIn("refuses_in_its_own_words: observed → not_observed", mutants["drop_handler:1"]["changes"])
        self.assertEqual(mutants["drop_handler:1"]["cases_changed"],
                         ["unreadable-without-values", "unreadable-values"])

    def test_where_a_case_is_missing_the_mutant_that_it_would_catch_survives(self):
        copy = self.scratch / "daily_totals"
        shutil.copytree(support.ROOT / "exercises/daily_totals", copy)
        cases = copy / "cases" / "02_versions.yaml"
        text = cases.read_text()
        begin, end = text.index("  - id: correction-first"), text.index("  - id: deleted\n")
        cases.write_text(text[:begin] + text[end:])
        (copy / "solutions" / "mutants.yaml").unlink()
        only = "latest_by_id/solution.py#daily_totals:swap_comparison"
        done = self.run_assay("validate", copy, "--mutants", "--only", only, expect=1)
        self.assertIn(f"survives: {only}:2", done.stdout)
        self.assertIn("event['version'] >= known['version']", done.stdout)
        self.assertIn("No case tells it from its reference", done.stdout)
        self.assertIn("no mutant has", self.run_assay("validate", copy, "--mutants", "--only", "x/y", expect=2).stderr)

    def test_what_goes_with_mutants_is_refused_without(self):
        self.assertIn("--mutants", self.run_assay("validate", "daily_totals", "--only", "x", expect=2).stderr)

    def test_repetitions_of_mutants_are_refused(self):
        for repeat in (1, 3):
            done = self.run_assay("validate", "daily_totals", "--mutants", "--repeat", repeat, expect=2)
            self.assertIn("--mutants and --repeat cannot both be meant", done.stderr)


class Reference(EndToEnd):
    def test_the_page_is_the_one_of_the_source_tree(self):
        page = (support.ROOT / "exercises/REFERENCE.md").read_text()
        self.assertEqual(self.run_assay("reference").stdout, page)


if __name__ == "__main__":
    support.main()
