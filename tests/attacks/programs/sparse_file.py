# aim: make a file of 2 GiB
# reached: kind == "returned"
# outcome: raised
# exception: OSError
import os


def main(host):
    with open("sparse", "wb") as file:
        os.truncate(file.fileno(), 2 << 30)
        file.seek(2 << 30)
        file.write(b"x")
