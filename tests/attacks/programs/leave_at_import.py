# outcome: exited
import sys

sys.exit(0)


def main(host):
    return "never"
