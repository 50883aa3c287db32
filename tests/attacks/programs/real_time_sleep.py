# A child process, so that its clock is the real one; and then it sleeps.
# aim: sleep in real time, for ever
# outcome: wall_time
# limits: {"wall_ms": 700}
import os
import time


def main(host):
    if os.fork() == 0:
        os._exit(0)
    os.wait()
    time.sleep(86_400)
