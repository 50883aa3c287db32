"""What markers and candidates get to see: `grade --blind`, `mark --blind`, `candidate-report`."""

import html
import json
import os
import re
import shutil

import support
from support import EndToEnd, indicators, solution

CANARY = "KESTREL"

# Hidden cases whose every text is there to be found again.
CASES = """
cases:
  - id: kestrel-word
    title: KESTREL-title of a hidden case
    label: invalid_input
    expect: {actual_rows: null}
    arguments: ["KESTREL-argument", 7]
  - id: kestrel-fault
    title: KESTREL-fault-title
    label: api_failure
    family: server
    expect: {actual_rows: null}
    script:
      - {steps: [{fault: http_error, status: 500, reason: KESTREL-reason, message: KESTREL-fault-message}], then: repeat}
  - id: kestrel-world
    title: KESTREL-world-title
    label: healthy
    world: {tables: {orders: {partitions: [{date: "2026-03-13", row_count: 918273}]}}}
    expect: {actual_rows: 918273}
  - id: kestrel-expected
    title: KESTREL-expected-title
    label: low_volume
    with: {rows: 734512, minimum: 734513, others: 734611}
"""

# Gives everything back that it is told, by every way there is.
ECHO = '''
import html
import json
import os
import sys
import urllib.error
import urllib.request


def check_pipeline_health(partition_date, expected_min_rows):
    base = os.environ["WAREHOUSE_URL"]
    told = [partition_date, expected_min_rows]
    for path in ("/v1/tables/orders/partitions", "/v1/tables/orders/partitions/" + str(partition_date)):
        request = urllib.request.Request(base + path, headers={"Authorization": "Bearer " + os.environ["WAREHOUSE_TOKEN"]})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                told.append(answer.read().decode())
        except urllib.error.HTTPError as error:
            told += [str(error), error.read().decode()]
    print(told)
    print(told, file=sys.stderr)
    if "KESTREL" in str(told):
        raise RuntimeError(told)
    return {"status": str(told), "actual_rows": 3, "message": str(told)}
'''


class CandidateReport(EndToEnd):
    def graded_with_canaries(self):
        home = self.scratch / "home"
        shutil.copytree(support.ROOT / "exercises", home / "exercises")
        shutil.copytree(support.ROOT / "rubrics" / "definitions", home / "rubrics" / "definitions")
        (home / "exercises" / support.EXERCISE / "cases" / "99_kestrel.yaml").write_text(CASES)
        for rubric in (home / "rubrics" / "definitions").glob("*.yaml"):
            text = re.sub(r"(?m)^(\s+first: >-\n\s+)", r"\1KESTREL-question ", rubric.read_text())
            text = re.sub(r"(?m)^(\s+)term: ", r"\1term: KESTREL-term ", text)
            rubric.write_text(re.sub(r"(?m)^title: .*", "title: KESTREL-rubric", text))
        self.environment = {**os.environ, "ASSAY_HOME": str(home)}
        self.write("in/ada/solution.py", ECHO)
        self.run_assay("grade", support.EXERCISE, self.scratch / "in" / "ada", "--out", self.scratch / "out",
                       env=self.environment)
        self.folder = self.scratch / "out" / "ada"
        self.run_assay("mark", self.folder, "--by", "KESTREL-by", "--role", "KESTREL-role", "--set",
                       "cannot_explain=observed", "--reason", "other", "--text", "KESTREL-text")

    def test_no_byte_of_it_is_of_hidden_cases_rubric_notes_or_marks(self):
        self.graded_with_canaries()
        whole = (self.folder / "report.json").read_text()
        for planted in ("title", "argument", "reason", "fault-message", "fault-title", "question", "term", "by",
                        "role", "text", "expected-title"):
            self.assertIn(f"{CANARY}-{planted}", whole)
        for planted in ("918273", "734512"):
            self.assertIn(planted, whole)
        for format in ("terminal", "markdown", "html"):
            out = self.scratch / format
            self.run_assay("candidate-report", self.folder, "--format", format, "--out", out)
            printed = self.run_assay("candidate-report", self.folder, "--format", format).stdout
            for text in (out.read_text(), printed):
                # The source may say the word: the candidate wrote it.
                text = text.replace('if "KESTREL" in str(told):', "")
                for hidden in (CANARY, CANARY.lower(), "918273", "734512", "734513"):
                    self.assertNotIn(hidden, text, format)
                self.assertIn("The day is complete and well above the minimum", text)
                self.assertIn("speaks against your code", text)
                self.assertIn("You were asked", text)

    def test_every_negative_of_every_flawed_solution_is_explained_by_something_that_may_be_seen(self):
        self.grade(*(support.SOLUTIONS / "flawed").iterdir(), options=["--format", "json"])
        unexplained = []
        for folder in sorted((self.scratch / "out").iterdir()):
            if not folder.is_dir():
                continue
            text = self.run_assay("candidate-report", folder, "--format", "markdown").stdout
            for section in re.split(r"(?m)^###? ", text)[1:]:
                if "speaks against your code" in section and not re.search(r"(?m)^- ", section):
                    unexplained.append((folder.name, section.splitlines()[0]))
        self.assertEqual(unexplained, [])

    def test_the_page_needs_nothing_and_runs_nothing(self):
        reference = solution("reference")
        self.grade(reference)
        page = self.scratch / "page.html"
        done = self.run_assay("candidate-report", self.scratch / "out" / reference.name, "--out", page,
                              "--contact", "hiring@example.org")  # a page, by its name
        self.assertEqual(done.stdout, f"Written as html: {page}\n")
        text = html.unescape(page.read_text())
        self.assertTrue(text.startswith("<!doctype html>"))
        self.assertIn("default-src 'none'", text)
        for never in ("<script", "http://", "https://", "src=", "@import"):
            self.assertNotIn(never, text.replace("http://warehouse:8080", ""))
        self.assertIn("hiring@example.org", text)

    def test_the_terminal_gets_80_columns(self):
        flawed = solution("flawed")
        self.grade(flawed)
        done = self.run_assay("candidate-report", self.scratch / "out" / flawed.name)
        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()))

    def test_one_report_at_a_time(self):
        self.grade(solution("flawed"), solution("reference"))
        self.run_assay("candidate-report", self.scratch / "out", expect=2)
        self.run_assay("candidate-report", self.scratch / "nowhere", expect=2)


class Blind(EndToEnd):
    def submissions(self):
        for name, kind in (("ada_lovelace", "reference"), ("bob_hopper", "flawed")):
            shutil.copytree(solution(kind), self.scratch / "in" / name)
            path = self.scratch / "in" / name / "solution.py"
            family = name.split("_")[1].title()
            path.write_text(f"# Solution of {family}, {name}@example.org\n" + path.read_text())
            self.write(f"in/{name}/{name}_cv.pdf", "a pdf")
        return self.scratch / "in"

    def test_no_byte_of_the_results_tells_whose_they_are(self):
        source = self.submissions()
        reports = self.grade(source, options=["--blind"])
        self.assertEqual(len(reports), 2)
        for name in reports:
            self.assertRegex(name, r"^c-[0-9a-f]{10}$")
        for path in (self.scratch / "out").rglob("*"):
            if path.is_file():
                for telling in ("lovelace", "hopper"):
                    self.assertNotIn(telling, path.read_text().lower(), path)
        self.assertNotIn("lovelace", self.done.stdout)
        self.assert_whole(self.scratch / "out")

    def test_who_is_who_lies_apart_for_its_owner_alone(self):
        source = self.submissions()
        reports = self.grade(source, options=["--blind"])
        path = self.scratch / "out.candidates.json"
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        known = {each["submission"]: each["candidate_ref"] for each in json.loads(path.read_text())["candidates"]}
        self.assertEqual(sorted(known), ["ada_lovelace", "bob_hopper"])
        self.assertEqual(sorted(known.values()), sorted(reports))
        # The same again: the same references, each once.
        before = path.read_text()
        self.grade(source, options=["--blind"], out=self.scratch / "out")
        self.assertEqual(path.read_text(), before)
        inside = self.run_assay("grade", support.EXERCISE, source, "--out", self.scratch / "out", "--blind",
                                "--candidates", self.scratch / "out" / "who.json", expect=2)
        self.assertIn("among the reports", inside.stderr)
        self.write("mine.json", "[]")
        self.run_assay("grade", support.EXERCISE, source, "--out", self.scratch / "out", "--blind",
                       "--candidates", self.scratch / "mine.json", expect=2)
        self.assertEqual((self.scratch / "mine.json").read_text(), "[]")

    def test_verdicts_and_lines_are_those_of_the_same_code_by_name(self):
        source = self.submissions()
        named = self.grade(source, out=self.scratch / "named")
        blind = self.grade(source, out=self.scratch / "blind", options=["--blind"])
        known = json.loads((self.scratch / "blind.candidates.json").read_text())["candidates"]
        for each in known:
            one, other = named[each["submission"]], blind[each["candidate_ref"]]
            self.assertEqual(indicators(one), indicators(other))
            self.assertEqual(one["graded"]["overall"], other["graded"]["overall"])
            self.assertEqual(one["graded"]["evidence"], other["graded"]["evidence"])

    def test_the_same_files_handed_in_twice_get_a_reference_each(self):
        shutil.copytree(solution("reference"), self.scratch / "in" / "ada")
        shutil.copytree(solution("reference"), self.scratch / "in" / "bob")
        self.assertEqual(len(self.grade(self.scratch / "in", options=["--blind"])), 2)


if __name__ == "__main__":
    support.main()
