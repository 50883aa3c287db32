# Spins with every signal blocked, so that it cannot be made to give the baton up.
# aim: never give other threads their turn
# outcome: cpu_time, wall_time
# limits: {"cpu_ms": 900, "wall_ms": 20000}
import signal
import threading
import time


def main(host):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    threading.Thread(target=time.sleep, args=(1,)).start()
    while True:
        pass
