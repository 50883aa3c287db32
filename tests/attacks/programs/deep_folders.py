# aim: leave a tree that nothing can remove
# reached: left
# outcome: returned
# value: 1000
import os


def main(host):
    for depth in range(1000):
        os.mkdir("d")
        os.chdir("d")
    return depth + 1
