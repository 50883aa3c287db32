"""Runs in the virtual machine of tests/vm/run, as root: what the cgroup layer holds, by who runs Assay.

Every line is the same whenever it runs on the same kernel: no times, no process ids, and of sizes whether
they are what they must be.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path("/opt/assay")
ASSAY = HOME / "bin/assay"
CGROUPS = pathlib.Path("/sys/fs/cgroup")
MIB = 1 << 20
LIMIT = 64 * MIB
OVERHEAD = 48 * MIB  # kOverheadBytes of sandboxes/box/cgroup.cpp
CONFIRMED = 0.75  # kConfirmedShare of sandboxes/runner_sandbox.cpp
DEADLINE_S = 900

AS_VISITOR = ["setpriv", "--reuid=visitor", "--regid=visitor", "--init-groups", "env", "HOME=/home/visitor",
              "XDG_RUNTIME_DIR=/run/user/1000"]
# Who, how Assay is started, whether there is a cgroup.
SETTINGS_V2 = [
    ("root, from a service", [], True),
    ("root, in a cgroup that systemd delegated",
     ["systemd-run", "--quiet", "--pipe", "--wait", "--collect", "-p", "Delegate=yes"], True),
    ("an ordinary user, in a cgroup that systemd delegated",
     [*AS_VISITOR, "systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes"], True),
    ("an ordinary user, in a shell in such a cgroup",
     [*AS_VISITOR, "systemd-run", "--user", "--scope", "--quiet", "-p", "Delegate=yes", "sh", "-c", '"$@"; exit $?',
      "sh"], True),
    ("an ordinary user, in one that systemd keeps to itself",
     [*AS_VISITOR, "systemd-run", "--user", "--scope", "--quiet"], False),
    ("an ordinary user, without one", AS_VISITOR, False),
]
SETTINGS_V1 = [
    ("root", [], True),
    ("an ordinary user", AS_VISITOR, False),
]
# What becomes of each submission, with a cgroup and without.
OUTCOMES = {
    "honest": ("returned", "returned"),
    "threads": ("returned", "returned"),
    "memory": ("memory", "memory"),
    "memory_together": ("memory", "memory"),
    "crash": ("signaled", "signaled"),
    "fork_bomb": ("cpu_time", "cpu_time"),
    "spin": ("cpu_time", "cpu_time"),
}
failures = 0


def say(text):
    print(text, flush=True)


def check(holds, text):
    """A line of the output; one that does not hold says so, and all of it has failed."""
    global failures
    failures += not holds
    say(f"  {text}" if holds else f"  NOT AS EXPECTED: {text}")


def run(prefix, *arguments):
    done = subprocess.run([*prefix, ASSAY, *map(str, arguments)], cwd="/", capture_output=True, text=True,
                          errors="replace", timeout=DEADLINE_S)
    return done.returncode, done.stdout, done.stderr


def is_v2():
    return (CGROUPS / "cgroup.controllers").exists()


def folders():
    """Cgroups of ours that are there."""
    return sorted(folder for folder, _, _ in os.walk(CGROUPS)
                  if re.match(r"assay[-.]", os.path.basename(folder)) and not folder.endswith("assay-proofs.service"))


def layers_by_doctor(prefix, has_cgroup):
    code, out, err = run(prefix, "doctor")
    check(code == 0, f"doctor: exit code {code}{err}")
    lines = out.split("\n\n")[0].splitlines()[1:]
    for line in lines:
        line = re.sub(r"uid \d+", "uid N", re.sub(r"\d+ instructions", "N instructions", line.strip()))
        name, state = re.split(r"\s{2,}", line)[:2] if re.search(r"\s{2,}", line) else (line, None)
        if state is None:  # how to get what is missing
            say(f"    {line}")
        else:
            check(state == ("on" if name != "cgroup" or has_cgroup else "unavailable"), f"  {line}")


def tell_memory(report, has_cgroup):
    """The limit in words, and a peak that is of that size."""
    case = report["graded"]["cases"][0]
    used = report["run"]["cases"][0]["peak_memory_bytes"]
    words = case["outcome"].get("detail", "")
    told = f"its limit of {LIMIT // MIB} MiB" in words
    check(told, f"  {words}")
    most = LIMIT + (OVERHEAD if has_cgroup else 2 * OVERHEAD)
    told = LIMIT * CONFIRMED <= used <= most
    check(told, f"  the peak is between {LIMIT * CONFIRMED / MIB:.0f} and {most // MIB} MiB"
          + ("" if told else f": {used}"))


def grade(prefix, has_cgroup, scratch):
    out = scratch / "out"
    code, _, err = run(prefix, "grade", HOME / "tests/vm/limits", HOME / "tests/vm/submissions", "--out", out,
                       "--jobs", 2, "--format", "json")
    check(code == 0, f"grade: exit code {code} {err if code else ''}".rstrip())
    born = 0
    for name, outcomes in OUTCOMES.items():
        report = json.loads((out / name / "report.json").read_text())
        kind = report["graded"]["cases"][0]["outcome"]["kind"]
        verdict = report["graded"]["indicators"][0]["verdict"]
        right = verdict == ("observed" if kind == "returned" else "not_observed")
        check(kind == outcomes[0 if has_cgroup else 1] and right, f"{name}: {kind}, answers: {verdict}")
        if kind == "memory":
            tell_memory(report, has_cgroup)
        states = {layer["name"]: layer["state"] for layer in report["run"]["sandbox"]["layers"]}
        born += states["cgroup"] == "on" and is_v2() and "moving" not in report["run"]["cases"][0]["steps"]
        if states["cgroup"] != ("on" if has_cgroup else "unavailable"):
            check(False, f"the report's layer: cgroup {states['cgroup']}")
    # Moving takes time, and the report tells it.
    check(born == (len(OUTCOMES) if is_v2() and has_cgroup else 0), f"born in a cgroup: {born} of {len(OUTCOMES)}")
    code, _, err = run(prefix, "grade", HOME / "tests/vm/limits", HOME / "tests/vm/submissions/honest.py", "--out",
                       scratch / "required", "--require-layer", "cgroup")
    check(code == (0 if has_cgroup else 3), f"grade --require-layer cgroup: exit code {code}")


def run_contract(prefix):
    """The suite of the sandbox's contract, as it goes: candidates that are born in a cgroup are whole."""
    done = subprocess.run([*prefix, "env", f"ASSAY_TEST_RUNNER={HOME}/bin/assay-runner", HOME / "bin/contract_tests",
                           "--duration=true", "--no-colors=true"], cwd=HOME, stderr=subprocess.STDOUT)
    check(done.returncode == 0, "contract tests")


def measure_costs():
    """What the cgroup layer costs of a case's time."""
    done = subprocess.run(["/usr/bin/python3", "-u", HOME / "tests/bench/layer_costs.py", HOME / "bin",
                           HOME / "exercises/check_pipeline_health/solutions/reference/urllib", "30", "cgroup"],
                          cwd=HOME, stderr=subprocess.STDOUT)
    check(done.returncode == 0, "layer costs")


def check_left_over():
    """A scope goes with its last process, a moment after."""
    until = time.monotonic() + 20
    while folders() and time.monotonic() < until:
        time.sleep(0.1)
    check(not folders(), f"cgroups left: {' '.join(folders()) or 'none'}")


def main():
    say(f"== proofs begin, cgroup v{2 if is_v2() else 1}")
    settings = SETTINGS_V2 if is_v2() else SETTINGS_V1
    asked = pathlib.Path("/proc/cmdline").read_text().split()
    if "assay.contract" in asked:
        run_contract(settings[0][1])
        settings = []
    if "assay.costs" in asked:
        measure_costs()
        settings = []
    for name, prefix, has_cgroup in settings:
        say(f"\n-- {name}")
        with tempfile.TemporaryDirectory(dir="/var/tmp") as scratch:
            os.chmod(scratch, 0o777)
            layers_by_doctor(prefix, has_cgroup)
            grade(prefix, has_cgroup, pathlib.Path(scratch))
            check_left_over()
    say(f"== proofs end: {'all as expected' if failures == 0 else f'{failures} not as expected'}")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as error:  # whatever it is, the serial line is where it is seen
        say(f"== proofs end: {error!r}")
        raise
