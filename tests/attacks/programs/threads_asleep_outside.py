# A thread sleeps by a call that nobody defines anew, so the virtual clock does not see it, and keeps the
# baton.
# aim: sleep where its clock does not see it
# outcome: wall_time
# note: outside_virtual_time
# limits: {"wall_ms": 700}
import ctypes
import threading


def main(host):
    threading.Thread(target=ctypes.CDLL(None).sigsuspend, args=(bytes(128),)).start()
    threading.Event().wait(5)
