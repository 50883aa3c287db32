# clone(2) with CLONE_NEWUSER, and clone3, whose flags no filter can read.
# aim: make namespaces of its own
# reached: "made" in value
# outcome: returned
# value: ["EPERM", "ENOSYS"]
import ctypes
import errno
import os
import signal
import struct


CLONE, CLONE3 = 56, 435
NEW_USER = 0x10000000


def main(host):
    libc = ctypes.CDLL(None, use_errno=True)
    wish = ctypes.create_string_buffer(struct.pack("<8Q", NEW_USER, 0, 0, 0, signal.SIGCHLD, 0, 0, 0))
    seen = []
    for arguments in ((CLONE, NEW_USER | signal.SIGCHLD, 0, 0, 0, 0), (CLONE3, wish, len(wish) - 1)):
        child = libc.syscall(*arguments)
        if child == 0:
            os._exit(0)
        seen.append("made" if child > 0 else errno.errorcode[ctypes.get_errno()])
    return seen
