# Forks until something ends it, and goes on when a fork fails.
# outcome: cpu_time, wall_time
# limits: {"cpu_ms": 500, "wall_ms": 3000}
import os


def main(host):
    while True:
        try:
            os.fork()
        except OSError:
            pass
