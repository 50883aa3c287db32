# A result that is a list in a list in a list, six thousand deep; and maps, and a huge count.
# aim: make the reader of results fall over
# outcome: policy
# each: [0, 1, 2, 3]
import os


def main(host, which):
    body = [
        b"l\x01\x00\x00\x00" * 6000,
        b"m\x01\x00\x00\x00s\x01\x00\x00\x00k" * 2500,
        b"l\xff\xff\xff\xff",
        b"s\xff\xff\xff\x7fabc",
    ][which]
    os.write(3, b"v\x01" + body)
    os._exit(0)
