# Calls that end the process: ptrace, mount, unshare, setns, pivot_root, chroot, bpf, keyctl, add_key,
# request_key, io_uring_setup, userfaultfd, perf_event_open, process_vm_readv, open_by_handle_at,
# init_module, and getpid by its x32 number. (Numbers of x86-64.)
# outcome: policy
# each: [101, 165, 272, 308, 155, 161, 321, 250, 248, 249, 425, 323, 298, 310, 304, 175, 1073741863]
import ctypes


def main(host, number):
    ctypes.CDLL(None).syscall(number, 0, 0, 0, 0, 0, 0)
