# Two threads, each with the lock that the other one wants.
# aim: block all threads
# outcome: virtual_time
# detail: blocked for good
import threading
import time


def take(first, second):
    with first:
        time.sleep(1)
        with second:
            pass


def main(host):
    locks = [threading.Lock(), threading.Lock()]
    threads = [threading.Thread(target=take, args=order) for order in (locks, locks[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
