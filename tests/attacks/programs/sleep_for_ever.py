# aim: sleep for ever
# outcome: virtual_time
import time


def main(host):
    while True:
        time.sleep(86400)
