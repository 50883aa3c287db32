# Forks while it is imported; both processes go on into the call, and there is one result.
# aim: tell the worker twice that the call begins
# outcome: returned
# value: "a process"
import os

os.fork()


def main(host):
    return "a process"
