"""What a box could leave on the host, looked at from outside: processes, mounts, cgroups, sockets,
files, keys, objects of System V. What others on the machine do meanwhile is told apart by owner and name.
"""

import ctypes
import os
import pathlib
import pwd
import time

PR_SET_CHILD_SUBREAPER = 36
# The users that boxes run as (sandboxes/box/layers/identity.cpp), and who ordinary users are played by.
FIRST_UID, SMALL_UIDS = 0x70000000, range(62_000, 64_000)
NOBODY = pwd.getpwnam("nobody").pw_uid
# How the names of what is ours begin, and of what the programs leave where they can.
OURS = ("assay-", "attack")
FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run")


def adopt_orphans():
    """Makes this process the parent of whatever outlives a process that it started."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def is_of_a_box(uid):
    return uid >= FIRST_UID or uid in SMALL_UIDS or uid == NOBODY


def lines_of(path):
    try:
        return pathlib.Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return []


def everybody():
    """By pid: its parent, state and name."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(errors="replace")
        except OSError:
            continue
        state, parent = text[text.rindex(")") + 2:].split()[:2]
        found[int(stat.parent.name)] = (int(parent), state, text[text.index("(") + 1:text.rindex(")")])
    return found


def is_below_this(pid, there):
    above = pid
    while above in there and above != os.getpid():
        above = there[above][0]
    return above == os.getpid() and pid != above


def processes():
    """All below this one, but for zombies that nobody has reaped yet."""
    there = everybody()
    return {f"{pid} {there[pid][2]}" for pid in there if is_below_this(pid, there) and there[pid][1] != "Z"}


def cgroups():
    """Those of Assay (assay-PID-NUMBER, sandboxes/box/cgroup_files.cpp), but for another grading's that goes on
    beside this one: it made them, and it will take them away."""
    there, found = everybody(), set()
    for folder, _, _ in os.walk("/sys/fs/cgroup"):
        name = os.path.basename(folder)
        if not name.startswith("assay-"):
            continue
        maker = name.split("-")[1]
        goes_on = maker.isdigit() and int(maker) in there and not is_below_this(int(maker), there)
        if not goes_on:
            found.add(folder)
    return found


def sockets():
    found = {line.split()[-1] for line in lines_of("/proc/net/unix")[1:]
             if line.split()[-1].lstrip("@").startswith(OURS)}
    for table in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        for line in lines_of(f"/proc/net/{table}")[1:]:
            words = line.split()
            if is_of_a_box(int(words[7])):
                found.add(f"{table} {words[1]} of {words[7]}")
    return found


def files():
    found = set()
    for folder in FOLDERS:
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            try:
                owner = entry.stat(follow_symlinks=False).st_uid
            except OSError:
                continue
            if entry.name.startswith(OURS) or is_of_a_box(owner):
                found.add(entry.path)
    return found


def keys():
    return {line.split()[0] for line in lines_of("/proc/keys")
            if is_of_a_box(int(line.split()[5])) or "attack" in line}


def objects():
    return {f"{kind} {line.split()[0]}" for kind in ("shm", "sem", "msg")
            for line in lines_of(f"/proc/sysvipc/{kind}")[1:]}


def look():
    """By kind, the names of all there is."""
    return {"processes": processes(), "mounts": set(lines_of("/proc/self/mountinfo")), "cgroups": cgroups(),
            "sockets": sockets(), "files": files(), "keys": keys(), "objects": objects()}


def left_since(before, patience_s=60, but=()):
    """What is there that was not, but for `but`; looked at until it is nothing or patience ends, since
    the kernel takes a dead box away a moment after its init."""
    until = time.monotonic() + patience_s
    while True:
        now = look()
        left = [f"{kind}: {name}" for kind in now for name in sorted(now[kind] - before[kind]) if name not in but]
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.02)  # no event tells that all of these are gone
