# Results whose every hook is the candidate's code, and runs while the harness looks at them.
# aim: run code in the encoder of results, or have a lie believed
# outcome: returned, exited, raised, signaled, cpu_time, wall_time
# limits: {"cpu_ms": 500, "wall_ms": 20000}
# each: ["class", "mapping", "leaves", "endless", "keys", "coroutine", "generator", "fields", "enum", "number", "text", "grows"]
import collections.abc
import dataclasses
import enum
import os


class Liar:
    __class__ = property(lambda self: dict)
    __eq__ = __contains__ = __bool__ = __instancecheck__ = lambda self, *others: True
    __hash__ = None

    def __getattr__(self, name):
        return "PASSED"

    __getitem__ = __getattr__


class Map(collections.abc.Mapping):
    def __init__(self, way):
        self.way = way

    def __len__(self):
        return 1

    def __iter__(self):
        if self.way == "leaves":
            os._exit(0)
        while self.way == "endless":
            pass
        return iter(["answer"]) if self.way == "mapping" else iter(self.grow())

    def grow(self):
        number = 0
        while True:
            number += 1
            yield number

    def __getitem__(self, key):
        return Map(self.way) if self.way == "grows" else "PASSED"


class Key(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0


class Number(int):
    __index__ = __int__ = lambda self: 7
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__


class Text(str):
    __str__ = __repr__ = lambda self: "PASSED"
    encode = lambda self, *rest: b"PASSED"


@dataclasses.dataclass
class Fields:
    answer: str = "PASSED"

    def __getattribute__(self, name):
        raise SystemExit(0)


class Colour(enum.Enum):
    ANSWER = "wrong"
    value = property(lambda self: "PASSED")


async def later():
    return "PASSED"


async def stream():
    yield "PASSED"


def main(host, way):
    if way in ("mapping", "leaves", "endless", "grows"):
        return Map(way)
    return {
        "class": Liar,
        "keys": lambda: {Key("status"): 1, Key("other"): 2},
        "coroutine": lambda: [later(), later],
        "generator": stream,
        "fields": Fields,
        "enum": lambda: Colour.ANSWER,
        "number": lambda: Number(1),
        "text": lambda: Text("wrong"),
    }[way]()
