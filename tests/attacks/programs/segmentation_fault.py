# aim: crash and be taken for the harness's fault
# outcome: signaled
import ctypes


def main(host):
    ctypes.memset(8, 1, 100)
