# aim: leave with 0 and be taken for good
# outcome: exited
import sys

sys.exit(0)


def main(host):
    return "never"
