# aim: reach an address outside
# reached: "reached" in value
# outcome: returned
# value: ["OSError", "OSError", "gaierror"]
import socket


def attempt(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "reached"


def main(host):
    return [
        attempt(lambda: socket.create_connection(("1.1.1.1", 80), timeout=2)),
        attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53))),
        attempt(lambda: socket.getaddrinfo("example.com", 80)),
    ]
