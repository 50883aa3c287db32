# Many processes, each within its own limit.
# outcome: memory, returned, raised, signaled
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
import os


def main(host):
    children = []
    for _ in range(16):
        child = os.fork()
        if child == 0:
            block = bytearray(b"x" * (32 << 20))
            os._exit(len(block) & 1)
        children.append(child)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children) > 0
