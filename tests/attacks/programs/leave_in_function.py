# aim: leave politely and be taken for good
# outcome: exited, raised
# each: ["zero", "none", "text", "subclass", "interrupt", "generator"]
import sys


class Leave(SystemExit):
    code = property(lambda self: 0)


def main(host, way):
    if way == "zero":
        sys.exit(0)
    if way == "none":
        sys.exit()
    if way == "text":
        sys.exit("PASSED")
    raise {"subclass": Leave, "interrupt": KeyboardInterrupt, "generator": GeneratorExit}[way]
