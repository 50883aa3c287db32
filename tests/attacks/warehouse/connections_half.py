# Connections that nobody waits for: more at once than the queue of the listener holds.
# aim: fill the queue of the listener
# outcome: returned
import socket


def main(day):
    sockets = []
    for _ in range(240):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", 8080))
        sockets.append(one)
    return len(sockets)
