# aim: use more cpu time than its limit
# reached: kind == "wall_time"
# outcome: cpu_time
# limits: {"cpu_ms": 300, "wall_ms": 20000}
def main(host):
    while True:
        pass
