# Timers that go off all the time, while it waits and while it returns.
# aim: interrupt whatever the harness does in its process
# outcome: returned, signaled
# each: [0, 1, 2]
import signal
import time

SIGNALS = {signal.ITIMER_REAL: signal.SIGALRM, signal.ITIMER_VIRTUAL: signal.SIGVTALRM,
           signal.ITIMER_PROF: signal.SIGPROF}


def main(host, which):
    for timer, number in SIGNALS.items():
        signal.signal(number, lambda *ignored: None)
        signal.setitimer(timer, 0.001, 0.001)
    if which == 1:
        time.sleep(1)
    if which == 2:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    return "here"
