# Every thread starts processes, which start threads.
# aim: start processes from every thread
# outcome: returned, cpu_time, wall_time, raised
# limits: {"cpu_ms": 800, "wall_ms": 3000, "processes": 24}
import os
import threading


def work(depth):
    try:
        if os.fork() == 0 and depth < 3:
            start(depth + 1)
    except OSError:
        pass


def start(depth):
    for _ in range(3):
        try:
            threading.Thread(target=work, args=(depth,)).start()
        except RuntimeError:
            pass


def main(host):
    for _ in range(20):
        start(0)
