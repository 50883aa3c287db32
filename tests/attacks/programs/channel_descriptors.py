# Sends descriptors with its message: no box may.
# aim: hand descriptors to the worker
# outcome: returned
# value: "EPERM"
import errno
import os
import socket


def main(host):
    channel = socket.socket(fileno=3)
    ends = os.pipe()
    try:
        socket.send_fds(channel, [b"x"], list(ends) * 50)
    except OSError as error:
        return errno.errorcode[error.errno]
    finally:
        channel.detach()
    os._exit(0)
