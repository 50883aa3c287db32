# Sockets with every option set to what the other end may not expect.
# aim: make a socket that the worker holds wait or fail
# outcome: returned, raised
# each: ["urgent", "reset", "linger", "tiny", "repair"]
import socket
import struct

TCP_REPAIR = 19


def main(day, way):
    client = socket.create_connection(("warehouse", 8080), timeout=2)
    if way == "repair":
        client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    if way == "tiny":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_WINDOW_CLAMP, 1)
    request = b"GET /v1/tables/orders HTTP/1.1\r\nHost: warehouse\r\n\r\n"
    client.sendall(request[:20])
    if way == "urgent":
        client.send(b"!", socket.MSG_OOB)
    client.sendall(request[20:])
    linger = {"reset": (1, 0), "linger": (1, 1_000_000)}.get(way)
    if linger:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", *linger))
        client.close()
    return 0
