"""One process that takes what it gets."""


def main(number):
    kept = []
    while len(kept) < 512:
        kept.append(bytearray(b"x" * (1 << 20)))
    return number * number
