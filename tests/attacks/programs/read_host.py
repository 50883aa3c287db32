# The exercise, the harness, other people's files and secrets.
# aim: read the exercise, the harness, the host
# reached: value != []
# outcome: returned
# value: []
import os


def main(host):
    wanted = [
        host["source"] + "/exercises",
        host["source"],
        host["runner"],
        "/etc/shadow",
        "/root",
        "/home",
        "/var",
        "/usr/bin/python3",
        "/usr/lib/python3/dist-packages/yaml",
        "/sys",
        "/proc/sys",
        "/proc/kallsyms",
        "/assay-runner/../root",
        "/proc/1/root/root",
        "/proc/1/environ",
        "/proc/1/mem",
        "/proc/1/maps",
        "/proc/1/fd/0",
        "/dev/mem",
        "/dev/kmsg",
        "/dev/pts",
    ]
    found = []
    for path in wanted:
        try:
            os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
            found.append(path)
        except OSError:
            pass
    return found
