# A crash that the host's handler of crashes looks into, as root: a limit of 0 does not keep a handler
# that is a program from starting, and a limit of 1 does (core(5), kernel/coredump.c).
# aim: have the host handle its crash
# reached: value != [1, 1]
# outcome: returned
# value: [1, 1]
import os
import resource
import signal


def main(host):
    limits = list(resource.getrlimit(resource.RLIMIT_CORE))
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGQUIT)
    os.waitpid(child, 0)
    return limits
