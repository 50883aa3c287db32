# Asks for grants and takes none.
# aim: keep the worker busy with questions
# outcome: policy, wall_time, cpu_time, virtual_time
# limits: {"wall_ms": 5000}
import os
import struct


def main(host):
    message = b"k" + struct.pack("<qq", 0, 0)
    while True:
        os.write(3, message)
