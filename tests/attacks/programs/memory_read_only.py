# Memory that counts for no process once it is read-only.
# aim: take half a gigabyte past the limit of a process
# reached: kind == "returned"
# outcome: memory
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
import ctypes

MIB = 1 << 20
READ, READ_AND_WRITE = 1, 3
PRIVATE_AND_ANONYMOUS = 0x22


def main(host):
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    for number in range(64):
        size = ctypes.c_size_t(8 * MIB)
        block = libc.mmap(None, size, READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, None)
        ctypes.memset(block, 1, 8 * MIB)
        libc.mprotect(ctypes.c_void_p(block), size, READ)
    return 512
