# clone(2) with CLONE_NEWUSER, and clone3, whose flags no filter can read.
# outcome: returned
# value: [1, 38]
import ctypes


def main(host):
    libc = ctypes.CDLL(None, use_errno=True)
    seen = []
    for arguments in ((56, 0x10000000 | 17, 0, 0, 0, 0), (435, 0, 0)):
        if libc.syscall(*arguments) < 0:
            seen.append(ctypes.get_errno())
    return seen
