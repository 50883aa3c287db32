# The first thread ends and leaves another one behind, which nobody waits for.
# aim: end its first thread and go on
# outcome: virtual_time, exited, signaled
# limits: {"wall_ms": 5000, "virtual_ms": 60000}
import ctypes
import threading
import time


def main(host):
    threading.Thread(target=time.sleep, args=(10,)).start()
    ctypes.CDLL(None).pthread_exit(None)
