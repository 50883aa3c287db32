# Breaks the channel so as to look like a fault of the harness.
# aim: break the channel so that it looks like the harness's fault
# outcome: exited, signaled
import os
import signal
import socket


def main(host):
    socket.socket(fileno=3).shutdown(socket.SHUT_RDWR)
    os.kill(os.getpid(), signal.SIGKILL)
