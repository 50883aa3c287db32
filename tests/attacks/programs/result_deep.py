# aim: make the encoder of results fall over
# outcome: returned
# each: ["list", "dict", "cycle"]
def main(host, kind):
    if kind == "cycle":
        value = []
        value.append(value)
        return value
    value = None
    for _ in range(100_000):
        value = [value] if kind == "list" else {"k": value}
    return value
