"""Makes hostile archives, and beside them what must come of each.

make.py FOLDER writes the archives and expectations.json, a list of
{"archive": its name, "files": paths that are taken, in order, "refused": {path: a part of the reason}}
where a path of "" stands for the archive itself, which is refused whole then.
"""

import gzip
import io
import json
import pathlib
import struct
import sys
import tarfile
import zipfile

SOLUTION = b"def main():\n    return 1\n"
MIB = 1 << 20
# Bytes that do not compress, and are the same every time.
NOISE = bytes((n * n * 2654435761 >> 13) & 0xff for n in range(300_000))

FOLDER = pathlib.Path(sys.argv[1])
expectations = []


def expect(name, files, refused=None):
    expectations.append({"archive": name, "files": files, "refused": refused or {}})


def make_zip(name, rows):
    with zipfile.ZipFile(FOLDER / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, contents in rows:
            archive.writestr(path, contents)
    return (FOLDER / name).read_bytes()


def make_tar(name, rows, mode="w:gz", **options):
    with tarfile.open(FOLDER / name, mode, **options) as archive:
        for entry, contents in rows:
            info = entry if isinstance(entry, tarfile.TarInfo) else tarfile.TarInfo(entry)
            info.size = len(contents)
            archive.addfile(info, io.BytesIO(contents))
    return (FOLDER / name).read_bytes()


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def patched(raw, signature, offset, value):
    """A zip with a field of its last record of that kind changed."""
    raw = bytearray(raw)
    at = raw.rfind(signature) + offset
    raw[at:at + len(value)] = value
    return bytes(raw)


LOCAL, CENTRAL = b"PK\3\4", b"PK\1\2"

# --- names

OUT = "out of the submission"
make_zip("names.zip", [("solution.py", SOLUTION), ("../above.py", b""), ("a/../../above.py", b""),
                       ("/etc/cron.py", b""), ("C:\\windows.py", b""), ("..\\..\\above.py", b""),
                       ("x" * 300 + ".py", b""), ("a\nb.py", b"")])
expect("names.zip", ["solution.py"],
       {"../above.py": OUT, "a/../../above.py": OUT, "/etc/cron.py": "absolute", "C:/windows.py": "absolute",
        "../../above.py": OUT, "a\nb.py": "control characters"})
make_tar("names.tar.gz", [("solution.py", SOLUTION), ("../above.py", b""), ("/etc/cron.py", b"")])
expect("names.tar.gz", ["solution.py"], {"../above.py": OUT, "/etc/cron.py": "absolute"})

make_zip("collide.zip", [("kept.py", b""), ("A.py", b"1"), ("a.py", b"2"), ("\u00e9.py", b""), ("e\u0301.py", b""),
                         ("x", b""), ("x/solution.py", SOLUTION), ("Stra\u00dfe.py", b""), ("STRASSE.py", b"")])
CASE = "but for case"
expect("collide.zip", ["kept.py", "solution.py"],
       {"A.py": CASE, "a.py": CASE, "\u00e9.py": "this name", "x": "a folder", "Stra\u00dfe.py": CASE,
        "STRASSE.py": CASE})
make_tar("twice.tar.gz", [("solution.py", SOLUTION), ("solution.py", b"another"), ("other.txt", b"")])
expect("twice.tar.gz", ["other.txt"], {"solution.py": "several entries"})

make_zip("code_page.zip", [("solution.py", SOLUTION), ("aXb.py", b"")])
(FOLDER / "code_page.zip").write_bytes((FOLDER / "code_page.zip").read_bytes().replace(b"aXb", b"a\x82b"))
expect("code_page.zip", ["a\u00e9b.py", "solution.py"])
make_tar("latin.tar.gz", [("solution.py", SOLUTION), ("\u00e9.py", b"")], format=tarfile.USTAR_FORMAT,
         encoding="latin-1")
expect("latin.tar.gz", ["solution.py"], {"?.py": "not UTF-8"})

# --- what is no file

make_tar("links.tar.gz", [("solution.py", SOLUTION), (special("etc", tarfile.SYMTYPE, "/etc"), b""),
                          ("etc/passwd", b"through the link"), (special("hard.py", tarfile.LNKTYPE, "/etc/passwd"), b""),
                          (special("hard2.py", tarfile.LNKTYPE, "solution.py"), b""),
                          (special("null", tarfile.CHRTYPE), b""), (special("disk", tarfile.BLKTYPE), b""),
                          (special("pipe", tarfile.FIFOTYPE), b"")])
NEITHER = "neither a regular file"
expect("links.tar.gz", ["etc/passwd", "solution.py"],
       {"etc": "symbolic link", "hard.py": "hard link", "hard2.py": "hard link", "null": NEITHER, "disk": NEITHER,
        "pipe": NEITHER})
link = zipfile.ZipInfo("link.py")
link.external_attr = 0o120777 << 16
make_zip("link.zip", [("solution.py", SOLUTION), (link, "/etc/passwd")])
expect("link.zip", ["solution.py"], {"link.py": "symbolic link"})

# --- too much

make_zip("bomb.zip", [("solution.py", SOLUTION), *((f"{i}.bin", bytes(32 * MIB)) for i in range(4))])
expect("bomb.zip", [], {"": "200 times its size"})
make_zip("flat_bomb.zip", [("solution.py", SOLUTION), *((f"{i}.bin", bytes(900 << 10)) for i in range(40))])
expect("flat_bomb.zip", [], {"": "200 times its size"})
inner = (FOLDER / "bomb.zip").read_bytes()
make_zip("nested_bomb.zip", [("solution.py", SOLUTION), *((f"{i}.zip", inner) for i in range(4))])
expect("nested_bomb.zip", ["0.zip", "1.zip", "2.zip", "3.zip", "solution.py"])
with gzip.open(FOLDER / "bomb.tar.gz", "wb", 1) as packed:
    info = tarfile.TarInfo("zeros.bin")
    info.size = 300 * MIB
    packed.write(info.tobuf())
    for _ in range(300):
        packed.write(bytes(MIB))
expect("bomb.tar.gz", [], {"": "256 MiB"})
with gzip.open(FOLDER / "liar_bomb.tar.gz", "wb", 1) as packed:
    for _ in range(64):  # a tar of nothing, for ever
        packed.write(bytes(MIB))
expect("liar_bomb.tar.gz", [])
layers = make_tar("layers.tar.gz", [("solution.py", SOLUTION)])
for _ in range(5):
    layers = gzip.compress(layers)
(FOLDER / "layers.tar.gz").write_bytes(layers)
expect("layers.tar.gz", [], {"": "several times over"})
make_zip("many.zip", [("solution.py", SOLUTION), *((f"d/{i}.txt", b"") for i in range(100_000))])
expect("many.zip", [], {"": "50000 entries"})
make_zip("deep.zip", [("solution.py", SOLUTION), ("/".join("d" * 20) + "/x.py", b""), ("/".join("d" * 1000) + "/x.py", b"")])
expect("deep.zip", ["solution.py"], {"/".join("d" * 20) + "/x.py": "deep"})
make_zip("large.zip", [("solution.py", SOLUTION), ("large.csv", NOISE * 4)])
expect("large.zip", ["solution.py"], {"large.csv": "1024 KiB"})

# --- what is no archive, or lies

raw = make_tar("whole.tar.gz", [("solution.py", SOLUTION), ("noise.bin", NOISE)])
(FOLDER / "whole.tar.gz").unlink()
(FOLDER / "truncated.tar.gz").write_bytes(raw[:100_000])
expect("truncated.tar.gz", [], {"": "damaged"})
raw = make_zip("truncated.zip", [("solution.py", SOLUTION), ("noise.bin", NOISE)])
(FOLDER / "truncated.zip").write_bytes(raw[:100_000])
expect("truncated.zip", [], {"": "neither a zip nor a tar"})
for name, contents in (("noise.zip", NOISE), ("noise.tar.gz", NOISE), ("empty.zip", b""), ("text.tar", b"hello " * 999)):
    (FOLDER / name).write_bytes(contents)
    expect(name, [], {"": "neither a zip nor a tar"})
def lie(name, rows, field, value):
    """The last entry's field, in its two headers and in each of them alone: offsets, and what it says."""
    raw = make_zip(name, rows)
    for part, changes in (("", (0, 1)), ("_local", (0,)), ("_central", (1,))):
        changed = raw
        for which in changes:
            changed = patched(changed, (LOCAL, CENTRAL)[which], field[which], value)
        (FOLDER / (part.lstrip("_") + name)).write_bytes(changed)
        yield part.lstrip("_") + name


SIZE, SUM = (22, 24), (14, 16)  # of the contents unpacked, in the local and the central header
for name in lie("liar.zip", [("other.py", b""), ("solution.py", SOLUTION * 100)], SIZE, struct.pack("<I", 10)):
    expect(name, ["other.py"], {"solution.py": "as the archive says" if name == "liar.zip" else "not consistent"})
for name in lie("wrong_sum.zip", [("other.py", b""), ("solution.py", SOLUTION)], SUM, b"\1\2\3\4"):
    expect(name, ["other.py"], {"solution.py": "as the archive says" if name == "wrong_sum.zip" else "not consistent"})
for name in lie("liar_bomb.zip", [("solution.py", SOLUTION), ("large.py", bytes(5 * MIB))], SIZE, struct.pack("<I", 10)):
    expect(name, ["solution.py"], {"large.py": "1024 KiB" if name == "liar_bomb.zip" else ""})
raw = make_zip("encrypted.zip", [("other.py", b""), ("solution.py", SOLUTION)])
raw = patched(raw, CENTRAL, 8, struct.pack("<H", 1))
(FOLDER / "encrypted.zip").write_bytes(patched(raw, LOCAL, 6, struct.pack("<H", 1)))
expect("encrypted.zip", ["other.py"], {"solution.py": "encrypted"})

# --- notebooks, which are JSON

for name, contents, why in (("deep.ipynb", "[" * 200_000, "nested too deeply"), ("number.ipynb", "9" * 100_000, "no notebook"),
                            ("nothing.ipynb", '{"cells": []}', "without code")):
    make_zip(name + ".zip", [("other.txt", b""), (name, contents)])
    expect(name + ".zip", ["other.txt"], {name: why})
nested = '{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}"
make_zip("nested.ipynb.zip", [("other.txt", b""), ("nested.ipynb", nested)])
expect("nested.ipynb.zip", ["other.txt"], {"nested.ipynb": "nested too deeply"})

(FOLDER / "expectations.json").write_text(json.dumps(expectations))
