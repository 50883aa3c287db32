# aim: take a quarter of a gigabyte in /dev/shm
# reached: kind == "returned"
# outcome: raised
# exception: FileNotFoundError
def main(host):
    with open("/dev/shm/attack-left", "wb") as file:
        for _ in range(256):
            file.write(b"x" * (1 << 20))
