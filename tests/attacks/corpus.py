"""The hostile programs, and what must come of each, as their first lines say it.

    # aim: read the host                  what it is after, for people
    # reached: value != []                when it has it: a Python expression (see `reached`); none where
                                          only Assay has what it is after
    # outcome: cpu_time, wall_time        one of these kinds; required
    # value: "gone"                       the returned value, as JSON
    # exception, detail, note: …          read by program.h
    # limits: {"cpu_ms": 500}             where a program has limits of its own (program.h)
    # each: [1, 2]                        main(host, x) for each x; otherwise main(host)
    # needs: cgroup                       what alone can stop it
    # longest: 3                          at most that many times the wall limit; 3 unless given
"""

import dataclasses
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent
LONGEST = 3.0


@dataclasses.dataclass
class Program:
    name: str
    source: bytes
    outcomes: list
    aim: str = ""
    reached: str = ""
    value: object = None
    has_value: bool = False
    limits: dict = dataclasses.field(default_factory=dict)
    each: list = dataclasses.field(default_factory=list)
    needs: str = ""
    longest: float = LONGEST
    files: dict = dataclasses.field(default_factory=dict)  # beside the source, by path
    gradable: object = None  # True or False where the report must say so

    def runs(self):
        """The arguments of each run but the first: [()], or one tuple for each of `each`."""
        return [(item,) for item in self.each] or [()]


def read(path):
    words = {}
    for line in path.read_text().splitlines():
        if not line.startswith("# "):
            break
        key, colon, text = line[2:].partition(": ")
        if colon and key.isidentifier():
            words[key] = text
    assert "outcome" in words and "aim" in words, f'{path} has no "# outcome:" or no "# aim:" line'
    program = Program(path.stem, path.read_bytes(), [kind.strip() for kind in words["outcome"].split(",")],
                      aim=words["aim"], reached=words.get("reached", ""), needs=words.get("needs", ""))
    if "value" in words:
        program.value, program.has_value = json.loads(words["value"]), True
    program.limits = json.loads(words.get("limits", "{}"))
    program.each = json.loads(words.get("each", "[]"))
    program.longest = float(words.get("longest", LONGEST))
    return program


def programs(folder="programs"):
    return [read(path) for path in sorted((FOLDER / folder).glob("*.py"))]


def reached(program, host, *, kind, value=None, left=()):
    """Whether the program has what it is after: how it ended, what it returned, and what it left on the
    host count. None where it is after something that only Assay has."""
    if not program.reached:
        return None
    if kind != "returned" and "kind" not in program.reached and "left" not in program.reached:
        return False  # it did not come to say so
    return bool(eval(program.reached, {"kind": kind, "value": value, "left": list(left), "host": host}))
