def main(number):
    while True:
        pass
