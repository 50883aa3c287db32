# Says that it is blocked until the end of time, with a request on its way.
# aim: have waits written down that never were
# outcome: policy, virtual_time, returned, exited
# each: [0, -1, 4611686018427387904]
import os
import socket
import struct


def main(day, clock):
    client = socket.create_connection(("warehouse", 8080))
    client.sendall(b"GET /v1/tables/orders HTTP/1.1\r\nHost: warehouse\r\n\r\n")
    os.write(3, b"k" + struct.pack("<qq", clock, 9223372036854775807))
    os.read(3, 100)
    os.write(3, b"p" + struct.pack("<q", clock))
    os.read(3, 100)
    return -1
