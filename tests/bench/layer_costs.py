"""What each layer costs: rows of cases in boxes with all layers, and in boxes with all but one. Writes the table of
sandboxes/SECURITY.md; started by script/layer-costs, as root. Where layers are named it prints a table of these.

    layer_costs.py BIN_FOLDER SOLUTION_FOLDER ROUNDS [LAYER...]

Every round times all of them, one after the other and in an order of its own, on one core; ratios are taken within
a round, so that a drift of the machine's speed meets each. A second set with all layers shows what of that is noise.
"""

import contextlib
import json
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/attacks"))

import page
from leave_out import LAYER_OF_PART, LAYERS, write_runner

BIN, SOLUTION, ROUNDS = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3])
NAMED = sys.argv[4:]
AGAIN = "none (all layers, again)"
ROUNDS_TO_WARM_UP = 2


class Timer:
    """Boxes of one runner, without the layers that are named."""

    def __init__(self, folder, without=()):
        folder.mkdir()
        runner = folder / "runner"
        before = write_runner(BIN / "assay-runner-layers", runner, without)
        self.process = subprocess.Popen([*before, BIN / "case_timer", runner, SOLUTION], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        states = {each["name"]: each["state"] for each in json.loads(self.answer())}
        off = {name for name in states if states[name] != "on"}
        wanted = {LAYER_OF_PART.get(name, name) for name in without} & set(states)
        assert off == wanted, f"off: {off}, to be left out: {without}"

    def answer(self):
        line = self.process.stdout.readline()
        assert line, "case_timer ended"
        return line

    def time(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.answer())

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def measure(timers):
    """By name, milliseconds of each round."""
    times = {name: [] for name in timers}
    for number in range(-ROUNDS_TO_WARM_UP, ROUNDS):
        for name in random.sample(list(timers), len(timers)):
            ms = timers[name].time()
            if number >= 0:
                times[name].append(ms)
        print(f"  round {number + 1} of {ROUNDS}", end="\r" if sys.stdout.isatty() else "\n", flush=True)
    print()
    return times


def percent(share):
    return f"{100 * share:+.1f} %"


def main():
    with tempfile.TemporaryDirectory(prefix="assay-layers-") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        timers = {"all": Timer(folder / "all"), AGAIN: Timer(folder / "again"),
                  **{layer: Timer(folder / layer.replace(" ", "-"), [layer]) for layer in NAMED or LAYERS}}
        for timer in timers.values():
            stack.callback(timer.close)
        times = measure(timers)
    rows = []
    for name in [*(NAMED or LAYERS), AGAIN]:
        # What a case takes more with the layer, as a share of what it takes with all of them.
        shares = [1 - without / whole for without, whole in zip(times[name], times["all"], strict=True)]
        low, middle, high = statistics.quantiles(shares, n=4)
        rows.append([name, percent(middle), f"{percent(low)} to {percent(high)}"])
    table = page.table(["layer", "of a case's time", "half of the rounds"], rows)
    if NAMED:
        print(table)
    else:
        page.fill("script/layer-costs", {"costs": table})


if __name__ == "__main__":
    main()
