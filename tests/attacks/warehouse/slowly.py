# A request that comes a byte an hour; one whose body never comes.
# aim: keep the warehouse waiting for ever
# outcome: virtual_time, returned, raised
# each: ["head", "body"]
import socket
import time


def main(day, what):
    client = socket.create_connection(("warehouse", 8080))
    if what == "body":
        client.sendall(b"POST /v1/query HTTP/1.1\r\nHost: warehouse\r\nContent-Length: 100\r\n\r\n")
        return client.recv(100).decode()
    for byte in b"GET /v1/tables/orders HTTP/1.1\r\n" * 100:
        client.sendall(bytes([byte]))
        time.sleep(3600)
