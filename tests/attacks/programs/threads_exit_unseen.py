# A thread ends by a system call of its own, with the baton in its hand.
# aim: end a thread unseen
# outcome: wall_time
# limits: {"wall_ms": 700}
import ctypes
import threading

EXIT = 60


def main(host):
    threading.Thread(target=ctypes.CDLL(None).syscall, args=(EXIT, 0)).start()
    threading.Event().wait(5)
