# What it is, by the kernel's own account; and no way to be more.
# aim: have a capability, or gain one
# reached: any(int(value[key], 16) for key in ("CapPrm", "CapEff", "CapAmb")) or "setuid" not in value
# outcome: returned
# value: {"CapInh": "0000000000000000", "CapPrm": "0000000000000000", "CapEff": "0000000000000000", "CapBnd": "0000000000000000", "CapAmb": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2", "uid": 1000, "setuid": "PermissionError", "files": [0, 1, 2, 3]}
import os


def main(host):
    status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
    seen = {key: status[key] for key in
            ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")}
    seen["uid"] = os.getuid()
    try:
        os.setuid(0)
    except OSError as error:
        seen["setuid"] = type(error).__name__
    listing = os.open("/proc/self/fd", os.O_RDONLY)
    seen["files"] = [int(name) for name in sorted(os.listdir(listing), key=int) if int(name) < listing]
    return seen
