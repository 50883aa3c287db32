# aim: use more cpu time than its limit, in threads
# reached: kind == "wall_time"
# outcome: cpu_time
# limits: {"cpu_ms": 400, "wall_ms": 20000}
import threading


def spin():
    while True:
        pass


def main(host):
    for _ in range(4):
        threading.Thread(target=spin, daemon=True).start()
    spin()
