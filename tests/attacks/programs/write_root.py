# aim: write to the root
# reached: value != []
# outcome: returned
# value: []
def main(host):
    written = []
    for path in ("/x", "/usr/lib/python3.11/os.py", "/etc/hosts", "/proc/self/oom_score_adj", "/dev/x",
                 "/assay-runner", "/usr/lib/python3/dist-packages/requests/__init__.py"):
        try:
            with open(path, "r+b" if path.count("/") > 1 else "wb") as file:
                file.write(b"x")
            written.append(path)
        except OSError:
            pass
    return written
