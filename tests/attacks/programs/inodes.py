# aim: make 20,000 files
# reached: value is not True
# outcome: returned
# value: true
# limits: {"scratch_inodes": 100}
def main(host):
    made = 0
    try:
        for number in range(20_000):
            open(str(number), "w").close()
            made += 1
    except OSError:
        pass
    return made < 2_000
