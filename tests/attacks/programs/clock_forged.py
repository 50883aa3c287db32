# A clock that runs backwards, and one at the end of all time.
# aim: turn the clock of the case back
# outcome: policy, virtual_time, exited
# each: [-9223372036854775808, 9223372036854775807]
import os
import struct


def main(host, clock):
    os.write(3, b"k" + struct.pack("<qq", clock, clock))
    os.read(3, 100)
    os.write(3, b"t" + struct.pack("<q", clock) + b"\xff\xfe" * 5000)
    os._exit(0)
