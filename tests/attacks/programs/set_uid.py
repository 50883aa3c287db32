# A program that would run as somebody else.
# aim: find a set-uid program
# reached: value != []
# outcome: returned
# value: []
import os
import stat


def main(host):
    found = []
    for folder in ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/local/bin"):
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            about = os.lstat(os.path.join(folder, name))
            if stat.S_ISREG(about.st_mode) and about.st_mode & (stat.S_ISUID | stat.S_ISGID):
                found.append(name)
    return sorted(found)
