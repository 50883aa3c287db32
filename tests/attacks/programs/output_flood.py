# aim: write without end
# reached: kind == "wall_time"
# outcome: output
# each: [1, 2]
import os


def main(host, stream):
    while True:
        os.write(stream, b"flood " * 10_000)
