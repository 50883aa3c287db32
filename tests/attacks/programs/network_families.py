# Netlink, packet, vsock, alg, raw: none can be made.
# aim: make a socket of a rare family
# reached: kind == "returned"
# outcome: raised
# exception: PermissionError
# each: [[16, 3, 0], [17, 3, 0], [40, 1, 0], [38, 5, 0], [2, 3, 1]]
import socket


def main(host, wanted):
    socket.socket(*wanted)
