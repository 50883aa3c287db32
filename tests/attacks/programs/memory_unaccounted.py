# Memory that RLIMIT_DATA does not count: shared and of no file, or marked as a stack.
# aim: take half a gigabyte past the limit of a process
# reached: value == 512
# outcome: returned
# value: 0
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
# each: ["shared", "zero", "stack"]
import ctypes
import os

MIB = 1 << 20
READ_AND_WRITE = 3
FLAGS = {"shared": 0x21, "zero": 0x01, "stack": 0x0122}  # MAP_SHARED, MAP_ANONYMOUS, MAP_GROWSDOWN


def main(host, way):
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    try:
        file = os.open("/dev/zero", os.O_RDWR) if way == "zero" else -1
    except OSError:
        return 0
    block = libc.mmap(None, ctypes.c_size_t(512 * MIB), READ_AND_WRITE, FLAGS[way], file, None)
    if block == ctypes.c_void_p(-1).value:
        return 0
    for number in range(512):
        ctypes.memset(block + number * MIB, 1, MIB)
    return 512
