// Ways to wait, beside those of threads: each in virtual time, or in real time and told.

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/sandboxes/programs.h"

using namespace assay;
using namespace assay::test;

TEST_CASE("descriptors and locks of files are waited for in virtual time") {
  check_programs(descriptor_programs());
}

TEST_CASE("what is waited for by functions of C is waited for in virtual time") {
  check_programs(native_programs(), kNative);
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
    for _ in range(2): socket.socket(socket.AF_UNIX).connect('door'))",
           R"(
import ctypes
def check(): os.read(ctypes.CDLL(None).timerfd_create(1, 0), 8))",
           R"(
import ctypes
def check():
    c = ctypes.CDLL(None); fd = c.timerfd_create(1, 0)
    assert c.timerfd_settime(fd, 0, (ctypes.c_long * 4)(1, 0, 1, 0), None) == 0
    threading.Event().wait())"}) {
    CAPTURE(std::string(source));
    CHECK(run(kLog + source).stuck);
  }
}

TEST_CASE("a timer of the kernel's begins real time, and rings") {
  const Run r = run(kLog + R"(
import ctypes
c = ctypes.CDLL(None)
class Time(ctypes.Structure): _fields_ = [('every', ctypes.c_long * 2), ('first', ctypes.c_long * 2)]
def check():
    rang = threading.Event(); signal.signal(signal.SIGALRM, lambda *a: rang.set()); made = ctypes.c_void_p()
    time.sleep(50); assert c.timer_create(1, None, ctypes.byref(made)) == 0
    soon = time.clock_gettime_ns(time.CLOCK_MONOTONIC) + 1000; at = Time((0, 0), divmod(soon, 10**9))
    assert c.timer_settime(made, 1, ctypes.byref(at), None) == 0
    return rang.wait(1000))");
  CHECK(r.value() == true);
  CHECK(r.real_time == "a timer of the kernel's was made");
}

TEST_CASE("timers go on in real time where that begins, and so does what was half written") {
  const Run r = run(kLog + R"(
import ctypes
c = ctypes.CDLL(None)
def timer(first_ns, every_ns=0):
    fd = c.timerfd_create(1, 0); spec = (ctypes.c_long * 4)(0, every_ns, 50, first_ns)
    assert c.timerfd_settime(fd, 0, spec, None) == 0; return fd
def child():
    time.sleep(50); p = os.fork()
    if not p: os._exit(7)
    log(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]))
def drain(fd):
    n = 0
    while n < 300_000: n += len(os.read(fd, 70_000))
def check():
    r, w = os.pipe(); fds = [timer(1000), timer(1000, 1000)]; t = spawn(child)
    with ThreadPoolExecutor(2) as pool:
        half = pool.submit(os.write, w, b'x' * 300_000)
        rings = [len(os.read(fd, 8)) for fd in fds]
        t.join(); pool.submit(drain, r); rings.append(int.from_bytes(os.read(fds[1], 8), 'little') > 0)
        return [said[0][0], half.result()] + rings)");
  CHECK(r.value() == Json::array({7, 300'000, 8, 8, true}));
  CHECK(r.real_time == "a child process was started");
}

TEST_CASE("an alarm of cpu time rings by the machine, and that is told") {
  const Run r = run(kLog + R"(
def check():
    signal.signal(signal.SIGPROF, signal.SIG_IGN); signal.setitimer(signal.ITIMER_PROF, 1); return 'set')");
  CHECK(r.value() == "set");
  CHECK(r.order_not_fixed.find("alarm of cpu time") != std::string::npos);
  CHECK(r.real_time == "");
}
