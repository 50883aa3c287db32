# Says over and over that the order of its threads is not fixed, in long words that are no text.
# aim: fill the notes of the report
# outcome: policy
# detail: not a result
import os


def main(host):
    for _ in range(1000):
        os.write(3, b"o" + b"\xff" * 20_000)
