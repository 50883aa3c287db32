"""The rehearsal goes through what it says: each program works, and each answer is asked for."""

import contextlib
import io
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "sandboxes" / "runner"))

import rehearsal


class Rehearsal(unittest.TestCase):
    def test_each_program_is_answered_on_a_good_day_and_asks_for_all_that_its_use_has(self):
        done = []
        act = rehearsal.act

        def watched(program, folder, url, paths):
            module = rehearsal.load(folder, rehearsal.COMMON + program)
            asked = []
            run = module.run
            module.run = lambda path: (asked.append(path), run(path))[1]
            load, rehearsal.load = rehearsal.load, lambda *_: module
            try:
                act(program, folder, url, paths)
            finally:
                rehearsal.load = load
            done.append((program, asked))

        rehearsal.act = watched
        self.addCleanup(setattr, rehearsal, "act", act)
        for use, (package, paths) in enumerate(rehearsal.USES):
            done.clear()
            with self.subTest(f"{package} {len(paths)}"), contextlib.redirect_stderr(io.StringIO()):
                if not rehearsal.has(package):
                    self.skipTest(f"{package} is not installed")
                rehearsal.rehearse(use)
                self.assertEqual(done, [(program, list(paths)) for program in rehearsal.PROGRAMS[package]])
        self.assertEqual(len(rehearsal.USES), 8)  # kMaxUses of heap_layout.h
        every = {*rehearsal.ANSWERS, *rehearsal.LAST, "reset", "hang", "refused", "unknown"}
        for package in rehearsal.PROGRAMS:
            asked = {path for name, paths in rehearsal.USES if name == package for path in paths}
            self.assertEqual(asked, every)

    def test_the_common_part_judges_what_it_is_given(self):
        module = rehearsal.load("/", rehearsal.COMMON.replace("from outcomes import Trouble, retried", ""))
        self.assertEqual(module.judge(200, rehearsal.BODY)["status"], "healthy")
        self.assertEqual(module.judge(404, rehearsal.ERROR)["rows"], None)
        for status, text in (200, rehearsal.PAGE), (401, b""), (503, b""), (200, b'{"rows": true}'):
            with self.subTest(status), self.assertRaises(module.Unavailable):
                module.judge(status, text)


if __name__ == "__main__":
    unittest.main()
