# No stdout any more, in Python and in the kernel, when the harness flushes it.
# aim: make the harness fail as it ends
# outcome: returned
# value: "still here"
# each: ["file", "descriptor", "raising", "endless"]
import os
import sys


class Stream:
    def __init__(self, way):
        self.way = way

    def flush(self):
        if self.way == "raising":
            raise SystemExit(0)

    write = flush


def main(host, way):
    if way == "file":
        sys.stdout.close()
        sys.stderr.close()
    elif way == "descriptor":
        print("buffered")
        os.close(1)
        os.close(2)
    else:
        sys.stdout = sys.stderr = Stream(way)
    return "still here"
