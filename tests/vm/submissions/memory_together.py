"""Four processes, each within the limit, and the box beyond it: a cgroup stops it at once, and the worker,
where there is none, as soon as it looks. The first holds the most, so it is the one that the kernel takes."""

import os


def take(size):
    block = bytearray(size)
    for page in range(0, size, 4096):
        block[page] = 1
    return block


def main(number):
    here, there = os.pipe()
    until, _ = os.pipe()
    for _ in range(3):
        if os.fork() == 0:
            block = take(32 << 20)
            os.write(there, b"x")
            os.read(until, 1)
    held = 0
    while held < 3:
        held += len(os.read(here, 1))
    block = take(48 << 20)
    sum(range(5_000_000))  # there for long enough to be seen
    return number * number if block[0] and held == 3 else None
