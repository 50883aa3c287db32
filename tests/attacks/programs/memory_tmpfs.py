# Memory by way of files: the scratch folders are memory as well.
# aim: take a quarter of a gigabyte in files
# reached: "no end" in value
# outcome: returned
# value: ["OSError", "OSError"]
# limits: {"scratch_bytes": 1048576}
import os


def fill(folder):
    try:
        for number in range(2_000):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(b"x" * 65536)
    except OSError as error:
        return type(error).__name__
    return "no end"


def main(host):
    return [fill("."), fill("/tmp")]
