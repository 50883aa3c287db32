# outcome: raised
# exception: FileNotFoundError
def main(host):
    open("/dev/shm/left", "w").close()
