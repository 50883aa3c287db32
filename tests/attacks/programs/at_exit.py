# What comes after the result changes nothing.
# aim: change the result after it was given
# outcome: returned
# value: "first"
import atexit
import os


class Late:
    def __del__(self):
        os.write(3, b"v\x01n")


def main(host):
    atexit.register(lambda: os.write(3, b"v\x01n"))
    main.kept = Late()
    return "first"
