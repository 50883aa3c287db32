# Its text never comes to an end.
# aim: never come to the end of its text
# outcome: cpu_time, raised
# limits: {"cpu_ms": 500, "wall_ms": 20000}
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def main(host):
    raise Endless
