# aim: take half a gigabyte on the heap
# reached: kind == "returned"
# outcome: memory
# limits: {"memory_bytes": 67108864, "wall_ms": 20000}
def main(host):
    kept = []
    while len(kept) < 512:
        kept.append(bytearray(b"x" * (1 << 20)))
    return len(kept)
