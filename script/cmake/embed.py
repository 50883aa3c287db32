"""Writes text files as C++ string constants: embed.py HEADER SOURCE NAMESPACE FILE..."""

import pathlib
import re
import sys

# MSVC aside, compilers take literals of 64 KiB and more; pieces keep us far from any limit.
PIECE = 8000


def literal(text: str) -> str:
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)] or [""]
    return "\n".join(f'R"~~~~({piece})~~~~"' for piece in pieces)


def main() -> None:
    header, source, namespace, *files = sys.argv[1:]
    declarations, definitions = [], []
    for name in files:
        path = pathlib.Path(name)
        symbol = "k_" + re.sub(r"\W", "_", path.name)
        text = path.read_text(encoding="utf-8")
        size = len(text.encode())
        declarations.append(f"extern const std::string_view {symbol};")
        definitions.append(f"const std::string_view {symbol}{{\n{literal(text)}, {size}}};")
    pathlib.Path(header).write_text(
        "#pragma once\n\n#include <string_view>\n\n"
        f"namespace {namespace} {{\n" + "\n".join(declarations) + f"\n}}  // namespace {namespace}\n"
    )
    pathlib.Path(source).write_text(
        f'#include "{pathlib.Path(header).name}"\n\nnamespace {namespace} {{\n'
        + "\n".join(definitions)
        + f"\n}}  // namespace {namespace}\n"
    )


if __name__ == "__main__":
    main()
