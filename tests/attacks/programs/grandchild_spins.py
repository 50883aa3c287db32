# Burns cpu in a process that the candidate's own limits do not count.
# aim: use more cpu time than its limit, in a grandchild
# reached: kind == "wall_time"
# outcome: cpu_time
# limits: {"cpu_ms": 400, "wall_ms": 20000}
import os
import time


def main(host):
    if os.fork() == 0:
        if os.fork() == 0:
            while True:
                pass
        os._exit(0)
    os.wait()
    time.sleep(3600)
