"""A crash by itself, with memory left."""

import ctypes


def main(number):
    ctypes.memset(8, 1, 100)
    return number * number
