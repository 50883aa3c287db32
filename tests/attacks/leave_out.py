"""A runner without some of its layers, made of the one that can leave them out (layers/choice.cpp)."""

MARK = b"@assay leaves out@,"
CGROUP = "cgroup"
IDENTITY = "unprivileged user"
LAYERS = [IDENTITY, "network", "ipc namespace", "uts namespace", "cgroup namespace", "read-only root",
          "scratch space", "descriptors", "rlimits", "capabilities", "Landlock", "system call filter", CGROUP]
# What a runner says of each: a part is not whole where its layer is.
LAYER_OF_PART = {"ipc namespace": "namespaces", "uts namespace": "namespaces", "cgroup namespace": "namespaces"}
# The worker makes cgroups, not the runner. Here it finds none: in a mount namespace of its own.
WITHOUT_CGROUP = ["unshare", "--mount", "sh", "-c", 'umount --recursive --lazy /sys/fs/cgroup; exec "$@"', "sh"]


def write_runner(able, target, layers):
    """Writes a copy of the runner `able` that leaves out the layers, or parts of one, of these names. Gives what
    goes before a command that uses it."""
    image = able.read_bytes()
    names = ",".join([*sorted(set(layers) - {CGROUP}), ""]).encode()
    at = image.index(MARK) + len(MARK)
    target.unlink(missing_ok=True)
    target.write_bytes(image[:at] + names + image[at + len(names):])
    target.chmod(0o755)
    return WITHOUT_CGROUP if CGROUP in layers else []
