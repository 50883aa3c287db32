"""What the box makes of a submission's files: notebooks to source, names, and which is the solution."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "sandboxes" / "runner"))

import notebook
import submission

OPTIONS = {"entry": "solution.py", "function": "check", "named": "", "draft": "draft.py", "file_bytes": 1 << 20,
           "notebook_bytes": 1 << 20, "tool_folders": ["__MACOSX", "__pycache__", "venv"]}
CHECK = b"def check():\n    return 1\n"


def cell(source, kind="code"):
    return {"cell_type": kind, "source": source}


def raw(*cells, **more):
    return json.dumps({"cells": list(cells), **more}).encode()


def arranged(files, **options):
    return submission.arrange_files(files, submission.Submission({**OPTIONS, **options}))


def unpacked(*entries, is_zip=True):
    rows = [entry if len(entry) == 4 else (*entry, None) for entry in entries]
    return submission.arrange_archive(rows, is_zip, None, submission.Submission(OPTIONS))


def file(name, contents=b""):
    return (name.encode(), "file", contents)


def paths(result):
    return [path for path, _ in result["files"]]


class Notebook(unittest.TestCase):
    def test_code_cells_stand_in_order_behind_their_number(self):
        source, magics = notebook.code_of(raw(cell("# Title", "markdown"), cell(["a = 1\n", "b = 2"]), cell(" \n"),
                                              cell("print(a)")))
        self.assertEqual(source, "# cell 2\na = 1\nb = 2\n\n# cell 4\nprint(a)\n")
        self.assertEqual(magics, 0)

    def test_magics_become_comments_and_python_stays_as_it_is(self):
        source, magics = notebook.code_of(raw(
            cell("%matplotlib inline\n!pip install x\nimport os\nos?\n?os\nfiles = !ls\nif os:\n    %time\nn = 5 \\\n  % 3"),
            cell("text = '''\n%d files\n!important\n'''\n%env"),
            cell("n = (5\n% 3)"), cell("%%bash\nls\nrm x"), cell("%%time\nn = 1")))
        compile(source, "notebook", "exec")
        self.assertIn("# %matplotlib inline\n# !pip install x\nimport os\n# os?\n# ?os\n# files = !ls\n", source)
        self.assertIn("if os:\n    pass  # %time\n", source)
        self.assertIn("'''\n%d files\n!important\n'''\n# %env\n", source)
        self.assertIn("n = (5\n% 3)\n", source)
        self.assertIn("# %%bash\n# ls\n# rm x\n", source)
        self.assertIn("# %%time\nn = 1\n", source)
        self.assertEqual(magics, 11)

    def test_the_format_before_is_read_as_well(self):
        old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]}
        self.assertEqual(notebook.code_of(json.dumps(old).encode())[0], "# cell 1\nx = 1\n")

    def test_what_is_no_notebook_says_why(self):
        for contents, why in ((b"{", "JSON"), (b"\xff", "JSON"), (b"[]", "no object"), (b"{}", "no list of cells"),
                              (b"[" * 100_000, "deeply"), (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deeply"),
                              (b'{"cells": ' + b"9" * 10_000 + b"}", "JSON"), (raw(), "without code"),
                              (raw(cell(5)), "no text"), (raw(cell([1])), "no text"), (raw(*[cell("")] * 2_001), "2000"),
                              (raw(cell("x <- 1"), metadata={"kernelspec": {"language": "R"}}), "another language")):
            with self.subTest(contents[:30]), self.assertRaisesRegex(ValueError, why):
                notebook.code_of(contents)

    def test_surrogates_and_null_bytes_of_a_cell_do_no_harm(self):
        source, _ = notebook.code_of(b'{"cells": [{"cell_type": "code", "source": "a = \'\\ud800\\u0000\'"}]}')
        source.encode()


class Entry(unittest.TestCase):
    def test_the_one_file_that_defines_the_function_is_the_solution(self):
        result = arranged({"main.py": CHECK, "util.py": b"", "README.md": b""})
        self.assertEqual(paths(result), ["README.md", "solution.py", "util.py"])
        self.assertEqual(result["notes"], [["main.py", "taken as solution.py"]])
        nested = b"if True:\n    try:\n        async def check(): pass\n    except E: pass\n"
        self.assertEqual(paths(arranged({"main.py": nested, "util.py": b"class A:\n    def check(self): pass\n"})),
                         ["solution.py", "util.py"])

    def test_the_only_source_is_the_solution_whatever_it_defines(self):
        self.assertEqual(paths(arranged({"main.py": b"x = (", "draft.py": CHECK})), ["draft.py", "solution.py"])

    def test_several_that_may_be_it_are_asked_for(self):
        for files in ({"a.py": CHECK, "b.py": CHECK, "c.py": b""}, {"a.py": b"", "b.py": b"("}):
            result = arranged(files)
            self.assertEqual(paths(result), sorted(files))
            self.assertEqual(result["unsure"], ["a.py", "b.py"])
            self.assertEqual(paths(arranged(files, named="b.py")),
                             sorted({*files, "solution.py"} - {"b.py"}))
        self.assertEqual(arranged({"a.py": CHECK, "b.py": CHECK}, named="c.py")["unsure"], ["a.py", "b.py"])
        self.assertEqual(arranged({"README.md": b""})["unsure"], [])

    def test_what_is_named_is_taken_only_where_there_is_no_solution(self):
        files = {"solution.py": b"1", "main.py": CHECK}
        self.assertEqual(arranged(files, named="main.py")["files"], [["main.py", CHECK], ["solution.py", b"1"]])

    def test_a_solution_in_a_folder_brings_its_neighbours_along(self):
        result = arranged({"src/main.py": CHECK, "src/util.py": b"1", "util.py": b"2", "README.md": b""})
        self.assertEqual(dict(result["files"]), {"solution.py": CHECK, "util.py": b"1", "README.md": b""})
        self.assertEqual([path for path, _ in result["refused"]], ["util.py"])
        result = arranged({"src/main.py": CHECK, "src/solution.py": b"old"}, named="src/main.py")
        self.assertEqual(dict(result["files"]), {"solution.py": CHECK})
        self.assertEqual([path for path, _ in result["refused"]], ["solution.py"])

    def test_a_notebook_may_be_the_solution_and_a_source_of_its_name_comes_first(self):
        code = raw(cell("%time\ndef check(): pass"))
        result = arranged({"work.ipynb": code, "util.py": b""})
        self.assertEqual(dict(result["files"])["solution.py"], b"# cell 1\n# %time\ndef check(): pass\n")
        self.assertIn("1 line is a comment", result["notes"][0][1])
        self.assertEqual(dict(arranged({"work.ipynb": code, "other.ipynb": code}, named="work.ipynb")["files"]),
                         {"solution.py": b"# cell 1\n# %time\ndef check(): pass\n",
                          "other.py": b"# cell 1\n# %time\ndef check(): pass\n"})
        result = arranged({"work.ipynb": code, "work.py": CHECK})
        self.assertEqual(dict(result["files"]), {"solution.py": CHECK})
        self.assertEqual(result["refused"][0][0], "work.ipynb")
        result = arranged({"solution.ipynb": b"{", "a.txt": b""})
        self.assertEqual((paths(result), result["refused"][0][0]), (["a.txt"], "solution.ipynb"))


class Archive(unittest.TestCase):
    def test_a_top_folder_is_taken_off_and_what_systems_leave_is_left_out_once_each(self):
        result = unpacked((b"ada/", "folder", None), file("ada/hw/solution.py", CHECK), file("ada/hw/lib/x.py"),
                          file("ada/hw/.git/config"), file("ada/hw/.git/HEAD"), file("__MACOSX/ada/._x"),
                          file("ada/hw/.DS_Store"), file("ada/hw/venv/x.py"))
        self.assertEqual(paths(result), ["lib/x.py", "solution.py"])
        self.assertEqual(result["left_out"], [".git", "__MACOSX", ".DS_Store", "venv"])
        self.assertEqual(result["refused"], [])

    def test_windows_separators_and_code_pages_are_a_zips_own(self):
        self.assertEqual(paths(unpacked(file("ada\\lib\\solution.py", CHECK))), ["solution.py"])
        self.assertEqual(paths(unpacked(file("solution.py"), (b"\x82.py", "file", b""))), ["solution.py", "\u00e9.py"])
        result = unpacked(file("solution.py"), (b"\xe9.py", "file", b""), is_zip=False)
        self.assertEqual(result["refused"], [["?.py", "its name is not UTF-8"]])

    def test_nobody_reads_what_nobody_wants(self):
        limit_for = submission.Submission(OPTIONS).limit_for
        self.assertEqual(limit_for(b"a/x.py", True), 1 << 20)
        for name in (b"../x.py", b"/x.py", b"a/.git/x", b"venv/x.py", b"", b"./"):
            self.assertLess(limit_for(name, True), 0, name)

    def test_a_backslash_in_a_tar_is_a_letter_of_a_name(self):
        limit_for = submission.Submission(OPTIONS).limit_for
        for name in (b"a\\.git", b"a\\..\\x.py", b"venv\\x.py"):
            self.assertLess(limit_for(name, True), 0, name)
            self.assertEqual(limit_for(name, False), 1 << 20, name)

    def test_problems_are_refusals_and_an_archive_in_an_archive_stays_one(self):
        result = unpacked(file("solution.py", CHECK), (b"a.py", "file", None, "it is encrypted"),
                          (b"large.py", "file", None), (b"l", "link", None), file("data.ZIP", b"PK"))
        self.assertEqual([why for _, why in result["refused"]],
                         ["it is encrypted", "it is larger than 1024 KiB", "it is a symbolic link"])
        self.assertEqual(result["notes"][0][0], "data.ZIP")
        self.assertEqual(submission.arrange_archive([], True, "it is damaged", None)["failed"], "it is damaged")

    def test_nothing_takes_the_place_of_a_solution_that_is_refused(self):
        many = [file(f"../{i}") for i in range(300)]
        result = unpacked(*many, (b"solution.py", "file", None, "it is encrypted"), file("main.py", CHECK))
        self.assertEqual(paths(result), ["main.py"])
        self.assertIn(["solution.py", "it is encrypted"], result["refused"])

    def test_lists_for_people_are_bounded(self):
        result = unpacked(*(file(f"../{i}" + "x" * 500) for i in range(1_000)))
        self.assertEqual(len(result["refused"]), submission.MAX_ROWS)
        self.assertLessEqual(len(result["refused"][0][0]), submission.MAX_SHOWN + 1)


if __name__ == "__main__":
    unittest.main()
