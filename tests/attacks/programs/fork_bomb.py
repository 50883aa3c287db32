# Every process forks, and goes on when a fork fails. At 300 it has what it came for, and stops.
# aim: have 300 processes at once
# reached: value == "reached"
# outcome: cpu_time, wall_time
# limits: {"cpu_ms": 500, "wall_ms": 3000}
import mmap
import os
import tempfile

ENOUGH = 300


def main(host):
    with tempfile.TemporaryFile() as file:
        file.truncate(ENOUGH)
        counter = mmap.mmap(file.fileno(), ENOUGH)
    first = os.getpid()
    while counter[ENOUGH - 1] == 0:
        try:
            if os.fork() == 0:
                counter[counter.find(b"\0")] = 1
        except OSError:
            pass
    if os.getpid() != first:
        os._exit(0)
    return "reached"
