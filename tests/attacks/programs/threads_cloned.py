# Threads that the kernel made and the C library knows nothing of: they share the first one's own data.
# aim: run threads that nobody knows of
# outcome: returned, signaled, wall_time, virtual_time, cpu_time, exited, raised, policy
# limits: {"wall_ms": 1500, "cpu_ms": 1000, "virtual_ms": 60000}
# each: ["pause", "sched_yield", "getpid", "usleep"]
import ctypes
import mmap
import threading
import time

VM, FS, FILES, SIGHAND, THREAD, SYSVSEM = 0x100, 0x200, 0x400, 0x800, 0x10000, 0x40000


def main(host, function):
    libc = ctypes.CDLL(None)
    stacks = []
    for _ in range(8):
        stack = mmap.mmap(-1, 1 << 16, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        stacks.append(stack)
        top = ctypes.addressof(ctypes.c_char.from_buffer(stack)) + (1 << 16)
        flags = VM | FS | FILES | SIGHAND | THREAD | SYSVSEM
        libc.clone(getattr(libc, function), ctypes.c_void_p(top), flags, ctypes.c_void_p(100))
    threading.Thread(target=time.sleep, args=(1,)).start()
    time.sleep(3)
    return "here"
