"""Four processes, each within the limit, and the box beyond it: what a cgroup alone can stop. The first
holds the most, so it is the one that the kernel takes."""

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
            block = take(24 << 20)
            os.write(there, b"x")
            os.read(until, 1)
    held = 0
    while held < 3:
        held += len(os.read(here, 1))
    block = take(48 << 20)
    return number * number if block[0] and held == 3 else None
