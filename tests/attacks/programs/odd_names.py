# Names that are no UTF-8, a folder that nobody may enter, links that lead out.
# aim: read a file of the host by a link
# reached: value[0] == "done"
# outcome: returned
# value: ["FileNotFoundError", "PermissionError"]
import os


def attempt(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "done"


def main(host):
    os.mkdir(b"\xff\xfe\n")
    os.mkdir("closed")
    os.chmod("closed", 0)
    os.symlink("/etc/shadow", "link")
    return [attempt(lambda: open("link")), attempt(lambda: os.mkfifo("fifo"))]
