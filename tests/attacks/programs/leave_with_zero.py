# outcome: exited
import os


def main(host):
    os._exit(0)
