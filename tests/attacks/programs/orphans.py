# The process ends and fifty children live on.
# outcome: exited
import os
import time


def main(host):
    for _ in range(50):
        if os.fork() == 0:
            while True:
                time.sleep(3600)
    os._exit(0)
