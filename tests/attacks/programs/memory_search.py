# Looks for what it should have returned: in the objects of the collector, in frames, in its memory.
# aim: find an expectation, or the source of another submission
# outcome: returned
# value: []
import gc
import re
import sys

WORD = re.compile(rb"assay-secret-[0-9]+")


def texts():
    for item in gc.get_objects():
        if type(item) in (dict, list, tuple) and item is not globals():
            yield repr(item)[:100_000].encode("utf-8", "replace")
    frame = sys._getframe()
    while frame is not None:
        yield repr(list(frame.f_locals)).encode()
        frame = frame.f_back
    for frame in sys._current_frames().values():
        yield repr(frame.f_code.co_consts).encode()


def memory():
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
        for line in maps:
            span, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in span.split("-"))
            if "w" not in rights or end - begin > 1 << 28:
                continue
            memory.seek(begin)
            try:
                yield memory.read(end - begin)
            except OSError:
                pass


def main(host):
    found = set()
    for text in texts():
        found.update(WORD.findall(text))
    for text in memory():
        found.update(WORD.findall(text))
    return sorted(word.decode() for word in found)
