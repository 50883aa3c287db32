# A megabyte of 0x81 on the channel; as it is, and dressed as a result.
# aim: make the reader of results fall over
# outcome: policy, exited, virtual_time
# each: ["", "v\u0000", "v\u0001"]
import os


def main(host, head):
    for _ in range(32):
        os.write(3, head.encode() + b"\x81" * (32768 - len(head)))
    os._exit(0)
