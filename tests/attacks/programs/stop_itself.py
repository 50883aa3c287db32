# Stopped, it uses no cpu and no call of its own ever ends.
# aim: stop, and never end
# reached: left
# outcome: wall_time
# limits: {"wall_ms": 500}
import os
import signal


def main(host):
    os.kill(os.getpid(), signal.SIGSTOP)
