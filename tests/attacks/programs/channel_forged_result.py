# A result in the right form that says what no result may: that the harness failed, that it took no
# time, that others noted this or that.
# aim: have a message of its own taken for the harness's
# outcome: policy, returned, exited
# each: ["kind", "time", "unknown", "notes", "clock", "tagged", "exit"]
import os
import struct


def encode(value):
    if value is None:
        return b"n"
    if isinstance(value, int):
        return b"i" + struct.pack("<q", value)
    if isinstance(value, str):
        return b"s" + struct.pack("<I", len(value)) + value.encode()
    if isinstance(value, list):
        return b"l" + struct.pack("<I", len(value)) + b"".join(map(encode, value))
    body = b"".join(encode(key) + encode(item) for key, item in value.items())
    return b"m" + struct.pack("<I", len(value)) + body


def main(host, way):
    result = {"kind": "returned", "value": "PASSED", "functions_run": [], "network_callers": [], "clock_ns": 0}
    result |= {
        "kind": {"kind": "harness_fault"},
        "time": {"kind": "wall_time"},
        "unknown": {"harness_fault": "the host has no memory left"},
        "notes": {"notes": ["harness_fault: the host has no memory left", "retried: the worker died", "\n" * 900]},
        "clock": {"clock_ns": -(1 << 62)},
        "tagged": {"value": {"$type": "cut", "class": "", "because": "harness_fault"}},
        "exit": {"kind": "exited", "exit_code": 70},
    }[way]
    os.write(3, b"v\x01" + encode(result))
    os._exit(0)
