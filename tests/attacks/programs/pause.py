# Waits for a signal that nobody sends.
# outcome: virtual_time
# detail: blocked for good
import signal


def main(host):
    signal.pause()
