# outcome: raised
# exception: RecursionError
def main(host):
    return main(host)
