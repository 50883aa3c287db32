# Waits for a signal that nobody sends.
# aim: wait for ever
# outcome: virtual_time
# detail: blocked for good
import signal


def main(host):
    signal.pause()
