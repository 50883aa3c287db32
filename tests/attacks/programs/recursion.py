# aim: overflow the stack of Python
# outcome: raised
# exception: RecursionError
def main(host):
    return main(host)
