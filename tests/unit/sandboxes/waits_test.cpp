// Ways to wait, beside those of threads: each in virtual time, or in real time and told.

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/sandboxes/programs.h"

using namespace assay;
using namespace assay::test;

TEST_CASE("descriptors and locks of files are waited for in virtual time") {
  check_programs(descriptor_programs());
}

TEST_CASE("what nobody else can end is told, not waited for") {
  for (const char* source : {
           R"(
import fcntl, struct
lock = struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0)
def check():
    fs = [open('lock', 'w') for _ in range(2)]
    for f in fs: fcntl.fcntl(f, fcntl.F_OFD_SETLKW, lock))",
           "def check(): a, b = socket.socketpair(); b.send(b'x'); a.recvmsg(9, 0, "
           "socket.MSG_WAITALL)",
           "def check(): r, w = os.pipe(); r2, w2 = os.pipe(); os.splice(r, w2, 9)",
           R"(
def check():
    s = socket.socket(socket.AF_UNIX); s.bind('door'); s.listen(0)
    for _ in range(2): socket.socket(socket.AF_UNIX).connect('door'))"}) {
    CAPTURE(std::string(source));
    CHECK(run(kLog + source).stuck);
  }
}
