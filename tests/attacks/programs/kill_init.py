# Signals to pid 1, to every process, to the group.
# outcome: returned
# value: "still here"
import os
import signal


def main(host):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for target in (1, -1):
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM):
            try:
                os.kill(target, number)
            except OSError:
                pass
    return "still here"
