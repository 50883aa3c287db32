# Many processes, each within its own limit. Without a cgroup nothing bounds them together.
# aim: take half a gigabyte in 16 processes
# reached: value == 16
# needs: cgroup
# outcome: memory, returned, raised, signaled, wall_time, cpu_time
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
import os

BYTES = 32 << 20


def hold(there, until):
    block = bytearray(b"x" * BYTES)
    os.write(there, b"x")
    os.close(there)
    os.read(until, 1)
    os._exit(len(block) & 1)


def main(host):
    here, there = os.pipe()
    until, release = os.pipe()
    for _ in range(16):
        if os.fork() == 0:
            os.close(release)
            hold(there, until)
    os.close(there)
    held = 0
    while held < 16 and os.read(here, 1):
        held += 1
    return held
