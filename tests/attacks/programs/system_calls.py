# Calls that end the process: ptrace, mount, unshare, setns, pivot_root, chroot, bpf, keyctl, add_key,
# request_key, io_uring_setup, userfaultfd, perf_event_open, process_vm_readv, open_by_handle_at,
# init_module, and getpid by its x32 number. (Numbers of x86-64.)
# aim: call the kernel where only the system's own tools do
# reached: kind == "returned" and value not in ("EPERM", "ENOSYS")
# outcome: policy
# each: [101, 165, 272, 308, 155, 161, 321, 250, 248, 249, 425, 323, 298, 310, 304, 175, 1073741863]
import ctypes
import errno


def main(host, number):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(number, 0, 0, 0, 0, 0, 0)
    return errno.errorcode.get(ctypes.get_errno(), "")
