"""`assay grade` on submissions as they come: archives, notebooks, solutions by another name, ids by CSV."""

import json
import shutil
import tarfile
import zipfile

import support
from support import EndToEnd, indicators, solution

NOTEBOOK_TEXT = ("%load_ext autoreload\n", "!pip list\n")


def verdicts_of(report):
    return indicators(report), report["graded"]["overall"]["anchor"]


class Intake(EndToEnd):
    def setUp(self):
        super().setUp()
        self.reference = solution("reference")
        self.sources = {path.relative_to(self.reference).as_posix(): path.read_bytes()
                        for path in sorted(self.reference.rglob("*"))
                        if path.is_file() and path.name != "expected.yaml"}
        (self.scratch / "all").mkdir()

    def path(self, name):
        return self.scratch / "all" / name

    def zip(self, name, files):
        with zipfile.ZipFile(self.path(name), "w", zipfile.ZIP_DEFLATED) as archive:
            for path, contents in files.items():
                archive.writestr(path, contents)

    def notebook(self):
        code = self.sources["solution.py"].decode()
        cells = [{"cell_type": "markdown", "source": "# My solution"},
                 {"cell_type": "code", "source": list(NOTEBOOK_TEXT)},
                 {"cell_type": "code", "source": code.splitlines(keepends=True), "outputs": []}]
        return json.dumps({"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4})

    def test_an_archive_a_notebook_and_another_name_give_the_verdicts_of_the_folder(self):
        shutil.copytree(self.reference, self.path("folder"))
        (self.path("folder") / "expected.yaml").unlink(missing_ok=True)
        self.zip("zipped.zip", {f"work/{path}": contents for path, contents in self.sources.items()} |
                 {"__MACOSX/work/._x": b"", "work/.git/HEAD": b"", "work/../../above.py": b""})
        with tarfile.open(self.path("tarred.tar.gz"), "w:gz") as archive:
            archive.add(self.path("folder"), "somewhere/deep")
        other = {("main.py" if path == "solution.py" else path): contents for path, contents in self.sources.items()}
        self.zip("named.zip", other | {"scratch.py": b"x = 1\n"})
        self.path("book.ipynb").write_text(self.notebook())
        reports = self.grade(self.path(""), options=["--format", "json,html,terminal"])
        self.assertEqual(sorted(reports), ["book", "folder", "named", "tarred", "zipped"])
        wanted = verdicts_of(reports["folder"])
        for name, report in reports.items():
            self.assertEqual(verdicts_of(report), wanted, name)
        for name in ("zipped", "tarred"):
            self.assertEqual(reports[name]["graded"]["submission"]["sha256"],
                             reports["folder"]["graded"]["submission"]["sha256"], name)
        self.assert_whole(self.scratch / "out")
        intake = {each["path"]: each.get("refused") for each in reports["zipped"]["graded"]["intake"]}
        self.assertEqual(intake["work/../../above.py"], "its name leads out of the submission")
        self.assertIn("nor is 1 more of the kind", intake["__MACOSX"])
        self.assertEqual(len(intake), 2)

        notes = {each["path"]: each["note"] for each in reports["book"]["graded"]["intake"]}
        self.assertIn("2 lines are comments there", notes["book.ipynb"])
        self.assertEqual(notes["book.py"], "taken as solution.py")
        [file] = reports["book"]["graded"]["submission"]["files"]
        self.assertTrue(file["text"].startswith("# cell 2\n# %load_ext autoreload\n# !pip list\n\n# cell 3\n"))
        html = (self.scratch / "out/zipped/report.html").read_text()
        for text in ("work/../../above.py", "its name leads out of the submission"):
            self.assertIn(text, html)
            self.assertIn(text, self.done.stdout)
        html = (self.scratch / "out/book/report.html").read_text()
        self.assertIn("2 lines are comments there", html)

    def test_the_same_archive_gives_the_same_bytes(self):
        self.zip("ada.zip", self.sources | {"../x": b"", "b.py": b"1", "B.py": b"2"})
        self.grade(self.path("ada.zip"), out=self.scratch / "one")
        self.grade(self.path("ada.zip"), out=self.scratch / "two", options=["--jobs", "1"])
        texts = [json.dumps(self.reports(self.scratch / out)["ada"]["graded"]) for out in ("one", "two")]
        self.assertEqual(*texts)

    def test_without_a_sandbox_archives_are_read_as_well(self):
        self.zip("ada.zip", self.sources)
        [report] = self.grade(self.path("ada.zip"), options=["--no-sandbox"]).values()
        self.assertIn(report["graded"]["overall"]["anchor"], ("meets", "exceeds"))

    def test_an_archive_that_bombs_costs_only_itself(self):
        self.zip("mallory.zip", {"solution.py": b"", **{f"{i}.bin": bytes(32 << 20) for i in range(4)}})
        self.zip("ada.zip", self.sources)
        reports = self.grade(self.path(""))
        self.assertIn(reports["ada"]["graded"]["overall"]["anchor"], ("meets", "exceeds"))
        mallory = reports["mallory"]["graded"]
        self.assertEqual(mallory["overall"]["anchor"], "not_gradable")
        self.assertIn("mallory.zip was handed in and could not be taken: it unpacks to more than 200 times its size",
                      mallory["gradable"]["reason"])

    def test_the_entry_file_is_named_where_several_may_be_it(self):
        files = {"new.py": self.sources["solution.py"], "old.py": b"def check_pipeline_health(): pass\n"}
        self.zip("ada.zip", files)
        [report] = self.grade(self.path("ada.zip"), out=self.scratch / "asked").values()
        self.assertEqual(report["graded"]["overall"]["anchor"], "not_gradable")
        self.path("folder").mkdir()
        for name, contents in files.items():
            (self.path("folder") / name).write_bytes(contents)
        reports = self.grade(self.path("ada.zip"), self.path("folder"), options=["--entry-file", "new.py"])
        self.assertEqual(sorted(reports), ["ada", "folder"])
        for report in reports.values():
            self.assertIn(report["graded"]["overall"]["anchor"], ("meets", "exceeds"))

    def test_the_function_is_found_in_whatever_stands_at_the_top_of_a_file(self):
        below = "\n".join("    " + line for line in self.sources["solution.py"].decode().splitlines())
        for name, top in [("loop", "for _ in [0]:"), ("match", "match 0:\n  case 0:")]:
            self.zip(f"{name}.zip", {"other.py": b"def main(): pass\n", "work.py": f"{top}\n{below}\n".encode()})
        for name, report in self.grade(self.path("loop.zip"), self.path("match.zip")).items():
            self.assertTrue(report["graded"]["gradable"]["ok"], (name, report["graded"]["gradable"]))

    def test_a_table_gives_reports_their_ids_and_says_who_is_missing(self):
        self.zip("ada.zip", self.sources)
        self.zip("bob.zip", self.sources)
        table = self.write("who.csv", "file,candidate_ref,application_id\nada.zip,c-17,4711\nzoe.zip,c-18,4712\n")
        reports = self.grade(self.path(""), options=["--applicants", table])
        self.assertEqual(reports["ada"]["context"], {"candidate_ref": "c-17", "application_id": "4711"})
        self.assertEqual(reports["bob"]["context"], {})
        self.assertIn("who.csv:3:1: no submission is called zoe.zip", self.done.stderr)
        self.assertIn("bob.zip: no line of", self.done.stderr)
        self.run_assay("rejudge", self.scratch / "out")
        self.assertEqual(self.reports(self.scratch / "out")["ada"]["context"]["application_id"], "4711")

        blind = self.scratch / "blind"
        hidden = self.grade(self.path("ada.zip"), out=blind, options=["--applicants", table, "--blind"])
        [report] = hidden.values()
        self.assertEqual(report["context"], {})
        known = json.loads((self.scratch / "blind.candidates.json").read_text())["candidates"]
        self.assertEqual(known[0]["applicant"], {"candidate_ref": "c-17", "application_id": "4711"})
        self.grade(self.path("ada.zip"), out=blind, options=["--blind"])
        self.assertEqual(json.loads((self.scratch / "blind.candidates.json").read_text())["candidates"], known)

        wrong = self.write("wrong.csv", "file,candidate_ref\nada.zip\n")
        done = self.run_assay("grade", "check_pipeline_health", self.path("ada.zip"), "--applicants", wrong, expect=2)
        self.assertIn("wrong.csv:2:1: this line has 1 cell, and", done.stderr)


if __name__ == "__main__":
    support.main()
