# The process ends and a hundred children live on.
# aim: leave a hundred processes behind
# reached: left
# outcome: exited
# limits: {"processes": 120}
import os
import time


def main(host):
    for _ in range(100):
        if os.fork() == 0:
            while True:
                time.sleep(3600)
    os._exit(0)
