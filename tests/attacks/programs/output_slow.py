# A byte, and an hour later another one.
# aim: keep the reader of its output waiting
# outcome: virtual_time
import os
import time


def main(host):
    while True:
        os.write(1, b"x")
        time.sleep(3600)
