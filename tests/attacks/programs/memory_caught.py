# Takes all there is, catches the error, and goes on.
# aim: take half a gigabyte and go on
# reached: value != "caught"
# outcome: returned
# value: "caught"
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
def main(host):
    kept = []
    try:
        while len(kept) < 512:
            kept.append(bytearray(b"x" * (1 << 20)))
    except MemoryError:
        kept.clear()
        return "caught"
    return "all of it"
