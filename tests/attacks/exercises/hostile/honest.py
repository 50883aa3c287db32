"""Answers, and tells what is around it: nothing that others left. Its word, too, is looked for:
assay-secret-1717."""

import os


def main(host):
    number = host["number"]
    if number < 0:
        raise ValueError("no answer")
    return {
        "answer": f"assay-secret-{number * number}",
        "working_folder": sorted(os.listdir(".")),
        "tmp": sorted(os.listdir("/tmp")),
        "processes": sorted(name for name in os.listdir("/proc") if name.isdigit()),
    }
