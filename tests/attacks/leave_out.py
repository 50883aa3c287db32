"""A runner without some of its layers, made of the one that can leave them out (layers/choice.cpp)."""

MARK = b"@assay leaves out@,"


def write_runner(able, target, layers):
    """Writes a copy of the runner `able` that leaves out the layers, or parts of one, of these names."""
    image = able.read_bytes()
    names = ",".join([*sorted(layers), ""]).encode()
    at = image.index(MARK) + len(MARK)
    target.unlink(missing_ok=True)
    target.write_bytes(image[:at] + names + image[at + len(names):])
    target.chmod(0o755)
