"""The tables of sandboxes/SECURITY.md that are measured."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "sandboxes/SECURITY.md"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def fill(maker, parts):
    """Writes each part, by its name, between the comments that name it and what makes it."""
    text = PAGE.read_text()
    for name, part in parts.items():
        begin, end = f"<!-- {name}: made by {maker} -->", f"<!-- {name}: end -->"
        head, _, rest = text.partition(begin)
        _, found, tail = rest.partition(end)
        assert found, f"{PAGE} has no part {name}"
        text = f"{head}{begin}\n{part}\n{end}{tail}"
    PAGE.write_text(text)
    print(f"written: {PAGE.relative_to(ROOT)}")
