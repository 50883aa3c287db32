# Executes what it wrote, what is there, and what is only in memory.
# aim: execute a program
# reached: "executed" in value
# outcome: returned
# value: ["PermissionError", "PermissionError", "PermissionError", "FileNotFoundError"]
import os
import subprocess


def attempt(action):
    try:
        action()
    except OSError as error:
        return type(error).__name__
    return "executed"


def main(host):
    with open("tool", "wb") as file:
        file.write(b"#!/bin/sh\necho hello\n")
    os.chmod("tool", 0o755)
    return [
        attempt(lambda: subprocess.run(["./tool"])),
        attempt(lambda: subprocess.run(["/assay-runner"])),
        attempt(lambda: os.memfd_create("tool")),
        attempt(lambda: subprocess.run(["ls"])),
    ]
