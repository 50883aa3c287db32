# aim: overflow the stack of C
# outcome: signaled, raised
import sys


class Endless:
    def __repr__(self):
        return repr(self)


def main(host):
    sys.setrecursionlimit(10**9)
    return repr(Endless())
