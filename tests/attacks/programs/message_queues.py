# Objects that outlive their process: System V's and POSIX's.
# aim: make an object that outlives it
# reached: left
# outcome: returned
# value: ["EPERM", "EPERM", "EPERM", "EPERM"]
import ctypes
import errno

SHMGET, SEMGET, MSGGET, MQ_OPEN = 29, 64, 68, 240
KEY, CREATE, OPEN_CREATE = 0x61747461, 0o1666, 0o102


def main(host):
    libc = ctypes.CDLL(None, use_errno=True)
    seen = []
    for call in ((SHMGET, KEY, 4096, CREATE), (SEMGET, KEY, 1, CREATE), (MSGGET, KEY, CREATE),
                 (MQ_OPEN, b"attack-queue", OPEN_CREATE, 0o666, None)):
        made = libc.syscall(*call) >= 0
        seen.append("made" if made else errno.errorcode[ctypes.get_errno()])
    return seen
