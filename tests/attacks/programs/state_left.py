# Leaves its mark wherever it can write, and looks whether somebody has been here before.
# aim: pass something on to the next case
# reached: value != [] or left
# outcome: returned
# value: []
# each: [1, 2]
import os
import random

FOLDERS = (".", "/tmp", "/dev/shm", "/var/tmp", "/usr/lib/python3.11", "/")


def main(host, turn):
    found = [key for key in os.environ if key.startswith("ATTACK")]
    found += [name for name in vars(random) if name.startswith("attack")]
    os.environ["ATTACK"] = random.attack = "left"
    paths = [os.path.join(folder, "attack-was-here") for folder in FOLDERS]
    found += [path for path in paths if os.path.exists(path)]
    for path in [*paths, __file__]:
        try:
            with open(path, "w") as file:
                file.write("def main(*arguments):\n    return 'replaced'\n")
        except OSError:
            pass
    return found
