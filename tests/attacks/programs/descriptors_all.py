# Writes to every descriptor that it has inherited, the channel among them.
# aim: write to a descriptor that is not its own
# outcome: policy
import os


def main(host):
    for descriptor in range(3, 1024):
        try:
            os.write(descriptor, b"PASSED" * 100)
        except OSError:
            pass
    return "PASSED"
