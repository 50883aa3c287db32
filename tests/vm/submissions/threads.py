"""Honest: sixteen threads at once, each with a megabyte of its own."""

import threading


def main(number):
    together = threading.Barrier(16)
    squares = []

    def work():
        block = bytearray(b"x" * (1 << 20))
        together.wait()
        squares.append(number * number if block.count(b"x") == 1 << 20 else None)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return squares[0] if squares == [number * number] * 16 else None
