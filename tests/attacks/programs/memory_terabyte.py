# Asks for more than any machine has: an error of the program, not its limit.
# aim: have its own mistake taken for a limit
# outcome: raised
# exception: MemoryError
def main(host):
    return bytearray(1 << 40)
