# Asks for more than any machine has: an error of the program, not its limit.
# outcome: raised
# exception: MemoryError
def main(host):
    return bytearray(1 << 40)
