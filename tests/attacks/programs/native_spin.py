# A loop of one instruction, with every signal blocked and Python's own lock in its hand.
# aim: use more cpu time than its limit, in native code
# reached: kind == "wall_time"
# outcome: cpu_time
# limits: {"cpu_ms": 400, "wall_ms": 20000}
import ctypes
import mmap
import signal


def main(host):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS,
                     prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xeb\xfe")
    ctypes.PYFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
