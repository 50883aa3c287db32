# As an extension module would: by malloc, by sbrk, by mmap, past Python's own accounts.
# aim: take half a gigabyte in native code
# reached: value == 512
# outcome: returned, memory
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
# each: ["malloc", "sbrk", "mmap"]
import ctypes

MIB = 1 << 20
READ_AND_WRITE, PRIVATE_AND_ANONYMOUS = 3, 0x22


def main(host, way):
    libc = ctypes.CDLL(None)
    libc.malloc.restype = libc.sbrk.restype = libc.mmap.restype = ctypes.c_void_p
    held = 0
    while held < 512:
        if way == "malloc":
            block = libc.malloc(ctypes.c_size_t(MIB))
        elif way == "sbrk":
            block = libc.sbrk(ctypes.c_ssize_t(MIB))
        else:
            block = libc.mmap(None, ctypes.c_size_t(MIB), READ_AND_WRITE, PRIVATE_AND_ANONYMOUS, -1, None)
        if block in (None, ctypes.c_void_p(-1).value):
            break
        ctypes.memset(block, 1, MIB)
        held += 1
    return held
