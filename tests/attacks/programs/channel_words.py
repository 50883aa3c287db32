# Messages that belong to another time or to another sender.
# aim: speak in the name of init or of the runner
# outcome: policy
# each: ["n", "h", "b", "g", "l", "r", "c", "j", "y", "e", "k", "p", "v", "\u0000"]
import os


def main(host, word):
    os.write(3, word.encode())
    os._exit(0)
