# Forks while it is imported; the child goes on into the call before its parent does.
# aim: tell the worker twice that the call begins
# outcome: returned
# value: "a process"
import os

child = os.fork()
if child != 0:
    os.waitpid(child, 0)


def main(host):
    return "a process"
