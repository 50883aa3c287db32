# Returns, and a child of it goes on asking.
# aim: make requests when the case is over
# outcome: returned
# value: 0
import os
import urllib.error
import urllib.request


def main(day):
    if os.fork() == 0:
        while True:
            try:
                urllib.request.urlopen("http://warehouse:8080/v1/tables/orders", timeout=1).read()
            except OSError:
                pass
    return 0
