# The host's loopback and its abstract sockets, where the test listens.
# aim: reach what listens on the host
# reached: "reached" in value
# outcome: returned
# value: ["ConnectionRefusedError", "refused"]
import socket


def main(host):
    seen = []
    try:
        socket.create_connection(("127.0.0.1", host["port"]), timeout=2)
        seen.append("reached")
    except OSError as error:
        seen.append(type(error).__name__)
    try:
        socket.socket(socket.AF_UNIX).connect("\0" + host["abstract"])
        seen.append("reached")
    except OSError:
        seen.append("refused")
    return seen
