# Other processes, by what /proc tells of each.
# aim: read the memory, files or arguments of another process
# reached: value != []
# outcome: returned
# value: []
import os

NAMES = ("environ", "mem", "maps", "fd", "root", "cwd", "exe", "stack", "syscall")


def main(host):
    found = []
    for pid in sorted(name for name in os.listdir("/proc") if name.isdigit()):
        if int(pid) == os.getpid():
            continue
        for name in NAMES:
            path = f"/proc/{pid}/{name}"
            try:
                os.listdir(path) if name in ("fd", "root", "cwd") else open(path, "rb").read(1)
                found.append(path)
            except OSError:
                pass
    return found
