# Takes all there is, catches the error, and goes on.
# outcome: returned
# value: "caught"
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
def main(host):
    kept = []
    try:
        while True:
            kept.append(bytearray(b"x" * (1 << 20)))
    except MemoryError:
        kept.clear()
    return "caught"
