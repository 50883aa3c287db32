# Two thousand connections, most of them never used, as many at a time as there may be: more than a process has
# descriptors, and half of the cpu time that a case has here.
# aim: use up the worker's descriptors
# outcome: returned
# value: 2000
import socket


def main(day):
    made, open_ones = 0, []
    while made < 2000:
        try:
            open_ones.append(socket.create_connection(("warehouse", 8080), timeout=5))
            made += 1
        except OSError:
            open_ones.clear()
        if len(open_ones) >= 100:
            open_ones.clear()
    return made
