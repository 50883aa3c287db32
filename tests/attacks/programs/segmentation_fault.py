# outcome: signaled
import ctypes


def main(host):
    ctypes.memset(8, 1, 100)
