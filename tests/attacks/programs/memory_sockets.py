# Memory of the kernel's: bytes that wait in sockets. Without a cgroup nothing bounds them together.
# aim: take a quarter of a gigabyte in the buffers of sockets
# reached: value >= 256
# needs: cgroup
# outcome: memory, returned, raised, signaled, wall_time, cpu_time
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
import os
import socket

MIB = 1 << 20


def fill(there, until):
    held, pairs = 0, []
    try:
        while held < 20 * MIB:
            pair = socket.socketpair()
            pairs.append(pair)
            pair[0].setblocking(False)
            try:
                while True:
                    held += pair[0].send(b"x" * 65536)
            except BlockingIOError:
                pass
    except OSError:
        pass
    os.write(there, bytes([held // MIB]))
    os.close(there)
    os.read(until, 1)
    os._exit(0)


def main(host):
    here, there = os.pipe()
    until, release = os.pipe()
    for _ in range(16):
        if os.fork() == 0:
            os.close(release)
            fill(there, until)
    os.close(there)
    held = 0
    while said := os.read(here, 16):
        held += sum(said)
    return held
