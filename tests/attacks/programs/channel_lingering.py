# Hands its worker the last reference to a socket whose close takes eleven days, by the kernel itself.
# aim: make the worker wait in close(2)
# outcome: returned
# value: "EPERM"
import ctypes
import errno
import socket
import struct

SENDMSG = 46
CHANNEL = 3
BLOCKED_UNTIL_NOW = b"k" + struct.pack("<qq", 0, 0)


def lingering():
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1_000_000))
    client.connect(server.getsockname())
    other, _ = server.accept()
    client.setblocking(False)
    try:
        while True:
            client.send(b"x" * 65_536)
    except BlockingIOError:
        return client, other


def main(host):
    client, other = lingering()
    text = ctypes.create_string_buffer(BLOCKED_UNTIL_NOW, len(BLOCKED_UNTIL_NOW))
    part = ctypes.create_string_buffer(struct.pack("QQ", ctypes.addressof(text), len(text)))
    rights = struct.pack("QiiiI", 20, socket.SOL_SOCKET, socket.SCM_RIGHTS, client.fileno(), 0)
    control = ctypes.create_string_buffer(rights, len(rights))
    header = ctypes.create_string_buffer(struct.pack(
        "QQQQQQQ", 0, 0, ctypes.addressof(part), 1, ctypes.addressof(control), len(control), 0))
    kernel = ctypes.CDLL(None, use_errno=True)
    sent = kernel.syscall(SENDMSG, CHANNEL, header, 0)
    error = ctypes.get_errno()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
    return "sent" if sent >= 0 else errno.errorcode[error]
