# Switches of the kernel that are files.
# aim: turn a switch of the kernel
# reached: value != []
# outcome: returned
# value: []
import os

PATHS = (
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/vm/drop_caches",
    "/proc/sys/user/max_user_namespaces",
    "/proc/sysrq-trigger",
    "/sys/kernel/mm/transparent_hugepage/enabled",
    "/sys/fs/cgroup/cgroup.procs",
    "/sys/fs/cgroup/memory/cgroup.procs",
    "/dev/kmsg",
    "/dev/tty",
    "/dev/console",
)


def main(host):
    opened = []
    for path in PATHS:
        try:
            os.close(os.open(path, os.O_WRONLY))
            opened.append(path)
        except OSError:
            pass
    return opened
