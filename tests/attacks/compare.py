"""What stops which attack: Assay, plain bubblewrap, and each layer of Assay's box. Writes the tables of
sandboxes/SECURITY.md; started by script/attack-tables, as root.

A program is "stopped" where it does not get what it is after (`reached`, corpus.py): it looks itself, and
nothing here believes a box that it held. One that runs several times is stopped where none of its runs
gets there. Whatever is put together here, boxes are never the host's root with the host's files in reach.
"""

import contextlib
import json
import os
import pathlib
import resource
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import corpus
import host
import page
from leave_out import IDENTITY, LAYERS, write_runner

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
BIN = pathlib.Path(sys.argv[1]).resolve()

BWRAP = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--ro-bind", "/", "/",
         "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HARNESS_SECRET": "of whoever starts it"}
AS_NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
RESULT = 3  # the descriptor for what the shim has to say, as in a box
TIME_LIMIT_S = 3
PATIENCE_S = 60
LEFT_PATIENCE_S = 5
KEY = "0x61747461"  # programs/message_queues.py

ALONE = [layer for layer in LAYERS if layer != IDENTITY]


class Bait:
    """What a program may find or reach on the host."""

    def __init__(self, scratch):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.unix = socket.socket(socket.AF_UNIX)
        self.name = f"assay-bait-{os.getpid()}"
        self.unix.bind("\0" + self.name)
        self.unix.listen()
        self.facts = {"port": self.tcp.getsockname()[1], "abstract": self.name, "source": str(ROOT),
                      "runner": str(scratch / "runner"), "name": socket.gethostname(), "number": 41}


class Bubblewrap:
    """Each job in a bubblewrap of its own, as an ordinary user."""

    def __init__(self, scratch):
        self.shim = scratch / "shim.py"
        shutil.copy(FOLDER / "bwrap_shim.py", self.shim)

    def run(self, job):
        read_end, write_end = os.pipe()
        command = [*AS_NOBODY, *BWRAP, "--ro-bind", self.shim, "/tmp/shim.py", "/usr/bin/python3", "/tmp/shim.py"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, pass_fds=[RESULT],
                                   preexec_fn=lambda: os.dup2(write_end, RESULT), env=ENVIRONMENT)
        os.close(write_end)
        kind = "exited"
        try:
            process.communicate(json.dumps(job).encode(), timeout=TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            kind = "wall_time"
        process.kill()
        process.wait()
        with os.fdopen(read_end, "rb") as result:
            said = result.read()
        if kind == "exited" and said:
            return json.loads(said)
        return {"kind": kind if process.returncode < 128 else "signaled"}


class Boxes:
    """Jobs in the boxes of one runner, without the layers that are named."""

    def __init__(self, scratch, without=()):
        assert not {IDENTITY, "read-only root"} <= set(without), "root would see the host's own files"
        self.runner = scratch / "runner"
        self.without = set(without)
        before = write_runner(BIN / "assay-runner-layers", self.runner, without)
        self.command = [*before, BIN / "box_run", self.runner]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.layers = {each["name"]: each["state"] for each in self.answer()}
        for layer in self.without & set(self.layers):
            assert self.layers[layer] != "on", f"{layer} is on"

    def answer(self):
        if not select.select([self.process.stdout], [], [], PATIENCE_S)[0]:
            raise TimeoutError("no word from box_run")
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def run(self, job):
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()
        seen = self.answer()
        if seen is None:  # the harness did not survive it
            self.close()
            self.start()
            return {"kind": "crash"}
        return {"kind": seen["outcome"]["kind"], "value": seen.get("value"), "detail": seen["outcome"].get("detail")}

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def ample(limits):
    """Time enough to get there on a busy machine: what ends a program by its time is no layer."""
    return {name: value * 10 if name in ("cpu_ms", "wall_ms") and value < 5000 else value
            for name, value in limits.items()}


HONEST = {"source": "def main(host):\n    return 'honest'\n", "arguments": [0], "limits": {}}


def attack(harness, programs, facts):
    """By name, how many runs of the program got what it is after, and how many there were."""
    assert harness.run(HONEST) == harness.run(HONEST) and harness.run(HONEST)["value"] == "honest"
    before = host.look()
    found = {}
    for program in programs:
        got = 0
        for more in program.runs():
            job = {"source": program.source.decode(), "arguments": [facts, *more], "limits": ample(program.limits)}
            seen = harness.run(job)
            assert seen["kind"] != "harness_fault", (program.name, seen)
            left = host.left_since(before, LEFT_PATIENCE_S)
            got += seen["kind"] == "crash" or corpus.reached(
                program, facts, kind=seen["kind"], value=seen.get("value"), left=left)
            if left:
                print(f"    left by {program.name}: {left[:3]}", flush=True)
                sweep()
                before = host.look()
        found[program.name] = (got, len(program.runs()))
    return found


def sweep():
    """What programs may leave where layers are missing: objects of System V, by the key that they give
    theirs, and files, by name."""
    for option in ("-M", "-S", "-Q"):
        subprocess.run(["ipcrm", option, KEY], stderr=subprocess.DEVNULL, check=False)
    for folder in host.FOLDERS:
        for path in pathlib.Path(folder).glob("attack-*"):
            path.unlink(missing_ok=True)


def verdict(result):
    got, runs = result
    if got == 0:
        return "stopped"
    return "**reached**" if got == runs else f"**reached**, {got} of {runs} ways"


def stopped(found, name):
    return found[name][0] == 0


def listed(names):
    return ", ".join(f"`{name}`" for name in names) or "none"


def measure(programs, facts, scratch):
    def boxes(title, without, programs):
        print(f"  {title}", flush=True)
        with contextlib.closing(Boxes(scratch, without)) as harness:
            return attack(harness, programs, facts)

    def everything_but(*kept):
        return [layer for layer in ALONE if layer not in kept]

    print("  plain bubblewrap", flush=True)
    results = {"bubblewrap": attack(Bubblewrap(scratch), programs, facts), "all": boxes("Assay", [], programs),
               "none": boxes("no layer", everything_but(), programs)}
    # What gets nowhere without a layer gets nowhere with one.
    open_ones = [program for program in programs if not stopped(results["none"], program.name)]
    results["alone"] = {layer: boxes(f"{layer} alone", everything_but(layer), open_ones) for layer in ALONE}
    # The unprivileged user is on where there is "no layer", so its own row looks at all.
    results["without"] = {layer: boxes(f"all but {layer}", [layer], programs if layer == IDENTITY else open_ones)
                          for layer in LAYERS}
    return results


def tables(programs, results):
    names = [program.name for program in programs]
    compared = page.table(
        ["after", "program", "plain bubblewrap", "Assay"],
        [[program.aim, f"`{program.name}`", verdict(results["bubblewrap"][program.name]),
          verdict(results["all"][program.name])] for program in programs])
    count = lambda found: sum(stopped(found, name) for name in names)
    compared += (f"\n\nOf {len(names)} programs, plain bubblewrap stops {count(results['bubblewrap'])} and Assay "
                 f"{count(results['all'])}.")
    open_ones = [name for name in names if not stopped(results["none"], name)]
    alone = page.table(["layer, alone", "stops"],
                  [[layer, listed(name for name in open_ones if stopped(found, name))]
                   for layer, found in results["alone"].items()])
    always = listed(name for name in names if name not in open_ones)
    alone += (f"\n\nWithout any of them, {len(open_ones)} of {len(names)} programs get what they are after. What is "
              f"left then, the frame of every box (user, pid and mount namespaces, and the limits that the worker "
              f"sees to itself), stops {always}.")
    missing = page.table(["layer, turned off", "loses its last stop"],
                    [[layer, listed(name for name in found
                                    if stopped(results["all"], name) and not stopped(found, name))]
                     for layer, found in results["without"].items()])
    only_ours = listed(program.name for program in corpus.programs() if not program.reached)
    return {"compared": compared, "alone": alone, "missing": missing, "only-ours": only_ours + "."}


def main():
    if os.getuid() != 0:
        sys.exit("attack-tables: run it as root: as an ordinary user a box has fewer layers to compare")
    os.umask(0o022)
    # What a shell forbids of dumps is no layer of anything that is compared.
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    host.adopt_orphans()
    programs = [program for program in corpus.programs() if program.reached]
    with tempfile.TemporaryDirectory(prefix="assay-attacks-") as name:
        scratch = pathlib.Path(name)
        scratch.chmod(0o755)
        bait = Bait(scratch)
        started = time.monotonic()
        results = measure(programs, bait.facts, scratch)
        print(f"  {len(programs)} programs, {time.monotonic() - started:.0f} s")
    page.fill("script/attack-tables", tables(programs, results))


if __name__ == "__main__":
    main()
