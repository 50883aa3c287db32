"""`--repeat`: code whose answer hangs on an order that Python promises nobody is found, and told."""

import json
import shutil

import support
from support import EndToEnd

EXERCISE = "daily_totals"
PACKAGE = support.ROOT / "exercises" / EXERCISE
REFERENCE = PACKAGE / "solutions/reference/latest_by_id"

BY_HASH_SEED = '''
def daily_totals(events):
    return next(iter({"paris", "lima", "oslo", "cairo", "quito"}))
'''
BY_FOLDER = '''
import os

def daily_totals(events):
    for name in ("monday", "tuesday"):
        open("/tmp/" + name, "w").close()
    return os.listdir("/tmp")[0]
'''
BY_THREAD = '''
import threading

def daily_totals(events):
    arrived = []
    threads = [threading.Thread(target=arrived.append, args=(name,)) for name in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("arrived:", arrived)
    return arrived[0]
'''
FLAKY = {"by_hash_seed": BY_HASH_SEED, "by_folder": BY_FOLDER, "by_thread": BY_THREAD}


class Repeat(EndToEnd):
    def grade_all(self, out, *options, **how):
        shutil.rmtree(self.scratch / "in", ignore_errors=True)
        for name, source in FLAKY.items():
            self.write(f"in/{name}/solution.py", source)
        shutil.copytree(REFERENCE, self.scratch / "in/honest")
        self.done = self.run_assay("grade", EXERCISE, self.scratch / "in", "--out", self.scratch / out,
                                   *options, **how)
        return self.reports(self.scratch / out)

    def test_cases_that_hang_on_an_order_vary_and_others_do_not(self):
        reports = self.grade_all("out", "--repeat", "3")
        for name in FLAKY:
            repeated = reports[name]["repeated"]
            cases = [case["id"] for case in reports[name]["graded"]["cases"]]
            self.assertEqual(repeated["runs"], 3)
            self.assertEqual([each["case"] for each in repeated["cases"]], cases, name)
            for each in repeated["cases"]:
                self.assertEqual(each["in"][0], "value")
                self.assertEqual([example["run"] for example in each["examples"]],
                                 [1, each["runs"][0]])
                first, other = (example["words"] for example in each["examples"])
                self.assertRegex(first, r"^returned '[a-z]+'$")
                self.assertRegex(other, r"^returned '[a-z]+'$")
                self.assertNotEqual(first, other)
            self.assertNotIn("lost", repeated)
        self.assertEqual(reports["by_thread"]["repeated"]["cases"][0]["in"], ["value", "output"])
        self.assertEqual(reports["by_folder"]["repeated"]["cases"][0]["runs"][0], 2)
        self.assertEqual(reports["honest"]["repeated"], {"runs": 3, "cases": [], "indicators": []})

    def test_what_is_judged_is_the_same_with_and_without_and_twice_over(self):
        once = self.grade_all("once")
        twice = [self.grade_all(out, "--repeat", "3", "--jobs", jobs) for out, jobs in (("a", 1), ("b", 4))]
        for name, report in once.items():
            self.assertNotIn("repeated", report)
            for other in twice:
                self.assertEqual(support.graded_bytes(other[name]), support.graded_bytes(report))
            self.assertEqual(json.dumps(twice[0][name]["repeated"]), json.dumps(twice[1][name]["repeated"]))

    def test_an_indicator_that_rests_on_a_case_that_varies_says_so_everywhere(self):
        reports = self.grade_all("out", "--repeat", "2")
        repeated = reports["by_folder"]["repeated"]
        resting = {each["id"] for each in repeated["indicators"]}
        self.assertTrue(resting)
        cites = {fact["id"]: {cite.get("case") for cite in fact["cites"]}
                 for fact in reports["by_folder"]["graded"]["evidence"]}
        varying = {each["case"] for each in repeated["cases"]}
        for indicator in reports["by_folder"]["graded"]["indicators"]:
            facts = [*indicator["evidence"], *(fact for term in indicator["terms"] for fact in term["evidence"])]
            self.assertEqual(indicator["id"] in resting, any(cites[fact] & varying for fact in facts))
        page = (self.scratch / "out/by_folder/report.html").read_text()
        self.assertIn("Cases that vary", page)
        self.assertIn("vary from run to run", page)
        shown = self.run_assay("show", self.scratch / "out/by_folder").stdout
        self.assertIn("Cases that vary", shown)
        self.assertRegex(shown, r"value: run 1 returned '\w+', run 2\s+returned '\w+'")
        self.assertIn("varies: ", shown)
        summary = {each["id"]: each for each in json.loads(
            (self.scratch / "out/summary.json").read_text())["submissions"]}
        self.assertEqual(set(summary["by_folder"]["varying"]["indicators"]), resting)
        self.assertEqual(summary["honest"]["varying"], {"runs": 2, "cases": 0, "indicators": []})
        self.assertIn("Varies from run to run", (self.scratch / "out/summary.html").read_text())

    def test_a_result_is_kept_for_as_many_runs_and_no_other_number(self):
        self.grade_all("out", "--repeat", "2")
        self.grade_all("out", "--repeat", "2")
        self.assertIn("4 results", self.done.stderr)
        self.assertIn("kept", self.done.stderr)
        reports = self.grade_all("out")
        self.assertIn("each case was run another number of times", self.done.stderr)
        self.assertNotIn("repeated", reports["by_folder"])

    def test_judging_again_keeps_what_varies(self):
        before = self.grade_all("out", "--repeat", "2")["by_folder"]["repeated"]
        self.assertTrue(before["cases"])
        package = self.scratch / EXERCISE
        shutil.copytree(PACKAGE, package)
        rubric = package / "rubric.yaml"
        rubric.write_text(rubric.read_text().replace('version: "', 'version: "9'))
        self.run_assay("rejudge", self.scratch / "out", "--exercise", package)
        after = self.reports(self.scratch / "out")["by_folder"]
        self.assertIn("lineage", after)
        self.assertEqual(after["repeated"], before)


class Validate(EndToEnd):
    def package_with_unordered_reference(self):
        package = self.scratch / EXERCISE
        shutil.copytree(PACKAGE, package)
        solution = package / "solutions/reference/latest_by_id/solution.py"
        source = solution.read_text()
        changed = source.replace("in amounts.items()]", "in sorted(amounts.items(), key=lambda x: hash(x[0]))]")
        self.assertNotEqual(source, changed)
        solution.write_text(changed)
        return package

    def test_a_reference_that_varies_is_no_proof(self):
        package = self.package_with_unordered_reference()
        done = self.run_assay("validate", package, "--repeat", "3", expect=1)
        words = " ".join(done.stdout.split())
        self.assertRegex(words, r"reference/latest_by_id is a reference, and its case days-and-refunds varies "
                                r"from run to run in value: run 1 returned \[.*run \d returned \[")
        self.assertIn("is NOT proven", words)
        self.assertNotIn("DIFFERS", words)
        self.assertIn("is proven", self.run_assay("validate", package, "--repeat", "1").stdout)

    def test_the_packages_that_come_with_assay_do_not_vary(self):
        self.assertIn("is proven", self.run_assay("validate", EXERCISE, "--repeat", "4").stdout)


if __name__ == "__main__":
    support.main()
