def main(number):
    return number * number
