# What is no HTTP at all, and bytes that a terminal or a page would act on.
# aim: make the parser of requests fall over, or the report
# outcome: returned, raised
# each: [0, 1, 2, 3, 4, 5, 6]
import random
import socket

RAW = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(100),
    random.Random(7).randbytes(60_000),
    b"\0" * 60_000,
    b"G" * 500_000,
    b"GET /\x1b]0;owned\x07</script><script>alert(1)</script>\xff\0 HTTP/1.1\r\nHost: \xff\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(20_000)) + b"\r\n",
]


def main(day, which):
    client = socket.create_connection(("warehouse", 8080), timeout=2)
    client.sendall(RAW[which])
    return client.recv(65536).decode("latin-1")[:40]
