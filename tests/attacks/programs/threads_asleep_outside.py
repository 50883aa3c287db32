# A thread sleeps by a system call of its own, which the virtual clock does not see, and keeps the baton.
# outcome: wall_time
# note: outside_virtual_time
# limits: {"wall_ms": 700}
import ctypes
import threading

PPOLL = 271


def main(host):
    threading.Thread(target=ctypes.CDLL(None).syscall, args=(PPOLL, None, 0, None, None, 8)).start()
    threading.Event().wait(5)
