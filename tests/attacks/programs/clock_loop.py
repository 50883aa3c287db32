# Reads the clock until an hour has passed, which is more than the case may take.
# aim: spin until its clock has moved
# outcome: virtual_time
import time


def main(host):
    start = time.monotonic()
    while time.monotonic() < start + 3600:
        pass
