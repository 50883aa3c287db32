# outcome: memory
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
def main(host):
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 20)))
