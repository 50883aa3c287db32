# Ten thousand requests on one connection, and no answer is ever read.
# aim: have the worker keep answers that nobody takes
# outcome: returned, virtual_time, wall_time, cpu_time, raised
# each: [4096, 1]
import socket

REQUEST = b"GET /v1/tables/orders/partitions/2026-03-13 HTTP/1.1\r\nHost: warehouse\r\n\r\n"


def main(day, window):
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.settimeout(5)
    client.connect(("warehouse", 8080))
    sent = 0
    try:
        for _ in range(10_000):
            client.sendall(REQUEST)
            sent += 1
    except OSError:
        pass
    return -sent
