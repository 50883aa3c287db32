# Exceptions that cannot be told: no text, no end of causes, not even an Exception.
# aim: raise what cannot be told
# outcome: raised
# each: ["text", "base", "chain"]
class Silent(Exception):
    def __str__(self):
        raise ValueError

    __repr__ = __str__


class Foundation(BaseException):
    pass


def main(host, kind):
    if kind == "text":
        raise Silent
    if kind == "base":
        raise Foundation("not an Exception")
    error = None
    for number in range(5000):
        error, error.__cause__ = ValueError(number), error
    raise error
