"""What the tests of the source inspection share: looking at a source, and names for what was found."""

import pathlib
import sys
import textwrap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "sandboxes" / "runner"))
import inspection  # noqa: E402


def look(source, **more):
    files = {"solution.py": textwrap.dedent(source)}
    files.update({name + ".py": textwrap.dedent(text) for name, text in more.items()})
    return inspection.inspect(files)


def entry_of(report):
    for export in report["exports"]:
        if (export["file"], export["name"]) == ("solution.py", "check_pipeline_health"):
            return export
    return None


def names(report, numbers):
    return sorted(report["functions"][n]["name"] for n in numbers)


def minimum_labels(report):
    entry = entry_of(report)
    found = {(n, 1) for n in entry["functions"]} | {(n, 2) for n in entry["methods"]}
    for number in entry["functions"] + entry["methods"]:
        if "args" in report["functions"][number]["parameters"]:
            found.add((number, report["functions"][number]["parameters"].index("args")))
    return found


def comparers(report, idle=False):
    """Of comparisons whose result is used, or of those that nobody is seen to use."""
    labels = minimum_labels(report)
    return names(report, {c["function"] for c in report["comparisons"] if (c["how"] == "idle") == idle
                          and labels & {(p["function"], p["index"]) for p in c["parameters"]}})


def api(report):
    return names(report, {f["id"] for f in report["functions"]
                          if f["requests"] or f["reads"] or f["status_looks"]})


FETCH = """
import json, urllib.request
def fetch(date):
    with urllib.request.urlopen("http://warehouse/" + date) as answer:
        return json.load(answer)
"""
