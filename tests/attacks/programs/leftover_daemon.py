# Leaves a detached process behind that ignores every polite signal, and returns.
# aim: leave a process behind
# reached: left
# outcome: returned
# value: "gone"
import os
import signal
import time


def main(host):
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            while True:
                time.sleep(3600)
        os._exit(0)
    return "gone"
