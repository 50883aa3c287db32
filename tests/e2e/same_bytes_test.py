"""`graded` is the same bytes whenever it is made, and by however many workers."""

import unittest

import support
from support import EndToEnd, first_difference, graded_bytes


class SameBytes(EndToEnd):
    def test_every_solution_of_the_package_is_graded_to_the_same_bytes(self):
        kinds = sorted(path for path in support.SOLUTIONS.iterdir() if path.is_dir())
        self.assertTrue(kinds)
        runs = []
        for jobs in (1, 2, 4):
            out = self.scratch / f"jobs-{jobs}"
            runs.append(self.grade(*kinds, out=out, options=["--jobs", jobs, "--format", "json"]))
        first = runs[0]
        self.assertEqual(len(first), sum(len(list(kind.iterdir())) for kind in kinds))
        different = {}
        for run in runs[1:]:
            self.assertEqual(list(run), list(first))
            for name in first:
                a, b = graded_bytes(first[name]), graded_bytes(run[name])
                if a != b:
                    different[name] = first_difference(a, b)
        self.assertEqual(different, {})


if __name__ == "__main__":
    support.main()
