# aim: learn the host's name, or change it
# reached: value[0] == host["name"] or value[1] == "done"
# outcome: returned
# value: ["box", "PermissionError"]
import os
import socket


def main(host):
    seen = os.uname().nodename
    try:
        socket.sethostname("owned")
    except OSError as error:
        return [seen, type(error).__name__]
    return [seen, "done"]
