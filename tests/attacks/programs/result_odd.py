# Values that are no data: they come back as what they are, cut where they are too much.
# aim: make the encoder of results fall over
# outcome: returned
# each: ["nan", "digits", "generator", "class", "module", "wide", "bytes", "surrogate", "lying", "equal"]
import sys


class Lying(dict):
    def __len__(self):
        return 10**12

    def items(self):
        raise SystemExit

    def __iter__(self):
        return iter(int, 1)


class Equal:
    def __eq__(self, other):
        return True

    __hash__ = None


def main(host, kind):
    return {
        "nan": float("nan"),
        "digits": 10**9999,
        "generator": (i for i in range(3)),
        "class": Lying,
        "module": sys,
        "wide": ["x" * 1000] * 10_000,
        "bytes": b"\x81" * 10_000_000,
        "surrogate": "\ud800",
        "lying": Lying(a=1),
        "equal": Equal(),
    }[kind]
