# An empty datagram, which reads like the end.
# aim: end without an end
# outcome: exited
import os
import socket


def main(host):
    socket.socket(fileno=3).send(b"")
    os._exit(0)
