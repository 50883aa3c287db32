# Looks into its parents and into pid 1: to write into a process that others trust.
# aim: trace another process, or read its memory
# reached: kind == "returned" and value != []
# outcome: policy
# each: ["ptrace", "memory"]
import ctypes
import errno
import os

PTRACE, PTRACE_SEIZE, PROCESS_VM_READV = 101, 0x4206, 310


def main(host, way):
    kernel = ctypes.CDLL(None, use_errno=True).syscall
    into = ctypes.create_string_buffer(8)
    part = (ctypes.c_void_p * 2)(ctypes.addressof(into), 8)
    traced = []
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        if pid == os.getpid():
            continue
        if way == "ptrace":
            done = kernel(PTRACE, PTRACE_SEIZE, pid, 0, 0)
        else:
            done = kernel(PROCESS_VM_READV, pid, part, 1, part, 1, 0)
        if done >= 0 or ctypes.get_errno() == errno.EFAULT:  # the address is another one there
            traced.append(pid)
    return traced
