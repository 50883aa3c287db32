# Takes the warehouse's port, or another address of it, to answer its own questions.
# aim: stand in for the warehouse
# outcome: returned
# value: ["taken", "taken", "taken"]
import socket


def main(day):
    seen = []
    for address, options in ((("127.0.0.1", 8080), ()), (("0.0.0.0", 8080), ()),
                             (("127.0.0.1", 8080), (socket.SO_REUSEADDR, socket.SO_REUSEPORT))):
        server = socket.socket()
        for option in options:
            server.setsockopt(socket.SOL_SOCKET, option, 1)
        try:
            server.bind(address)
            server.listen()
            seen.append("bound")
        except OSError:
            seen.append("taken")
    return seen
