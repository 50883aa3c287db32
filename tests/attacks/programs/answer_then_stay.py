# The answer is given, and something of it does not want to go.
# aim: stay when its time is over
# outcome: returned
# value: "given"
# each: ["thread", "exit", "child", "signals"]
import atexit
import os
import signal
import threading
import time


def stay():
    while True:
        time.sleep(3600)


def main(host, way):
    if way == "thread":
        threading.Thread(target=stay).start()
    if way == "exit":
        atexit.register(stay)
        threading._register_atexit(stay)
    if way == "child" and os.fork() == 0:
        stay()
    if way == "signals":
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, lambda *ignored: stay())
    return "given"
