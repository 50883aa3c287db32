# Forks inside the function; both processes return, and there is one result.
# aim: give two results for one call
# outcome: returned
# value: "a process"
import os


def main(host):
    os.fork()
    return "a process"
