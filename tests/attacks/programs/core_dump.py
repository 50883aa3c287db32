# A crash that the host's handler of crashes looks into, as root: a limit of 0 does not keep a handler
# that is a program from starting, and a limit of 1 does (core(5), kernel/coredump.c).
# aim: have the kernel dump its memory
# reached: value[2]
# outcome: returned
# value: [1, 1, false]
import os
import resource
import signal


def main(host):
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGQUIT)
    return [soft, hard, os.WCOREDUMP(os.waitpid(child, 0)[1])]
