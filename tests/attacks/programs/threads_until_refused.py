# As many threads as there may be. The last ones are refused, the others go on.
# aim: have 300 threads
# reached: value is not True
# outcome: returned
# value: true
# limits: {"processes": 40}
import threading
import time


def main(host):
    threads = []
    try:
        while True:
            thread = threading.Thread(target=time.sleep, args=(10,), daemon=True)
            thread.start()
            threads.append(thread)
            if len(threads) == 300:
                return False
    except RuntimeError:
        pass
    for thread in threads:
        thread.join()
    return len(threads) > 30
