# Three thousand connections, most of them never used, as many at a time as there may be.
# aim: use up the worker's descriptors
# outcome: returned
# value: 3000
import socket


def main(day):
    made, open_ones = 0, []
    while made < 3000:
        try:
            open_ones.append(socket.create_connection(("warehouse", 8080), timeout=5))
            made += 1
        except OSError:
            open_ones.clear()
        if len(open_ones) >= 100:
            open_ones.clear()
    return made
