// Real time that a job asks for: the clock goes so many times as fast, and all that waits by it.

#include <doctest/doctest.h>

#include <string>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;
using namespace std::chrono_literals;

constexpr int kSpeed = 50;

Job in_real_time(const std::string& source) {
  Job job = call(source);
  job.real_time = kSpeed;
  job.limits.wall_ms = 120'000;  // only a defect needs it
  return job;
}

void check_note(const model::Observation& seen) {
  REQUIRE(seen.notes.size() == 1);
  CHECK(seen.notes[0] == "real_time: asked for, 50 times as fast");
}

TEST_CASE_TEMPLATE("in real time a sleep takes its part of it, and the clock has all of it", T,
                   EACH_BACKEND) {
  const auto seen = run(
      T::sandbox(), in_real_time("import time\ndef main():\n"
                                 "    a = time.time(); time.sleep(20); return time.time() - a\n"));
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value >= 20);
  CHECK(seen.virtual_time >= 20s);
  CHECK(seen.run.wall_ms >= 20'000.0 / kSpeed);
  check_note(seen);
}

/// Each waits for 4 seconds of the clock: 80 ms. By the kernel's clock they would be 200.
constexpr const char* kWaits = R"(
import asyncio, ctypes, os, queue, select, signal, socket, struct, threading, time
c = ctypes.CDLL(None)
class Time(ctypes.Structure): _fields_ = [('s', ctypes.c_long), ('ns', ctypes.c_long)]
class Timer(ctypes.Structure): _fields_ = [('every', Time), ('first', Time)]
def child():
    p = os.fork()
    if not p: time.sleep(4); os._exit(0)
    os.waitpid(p, 0)
def alarm(set):
    rang = threading.Event(); signal.signal(signal.SIGALRM, lambda *a: rang.set()); set()
    while not rang.is_set(): signal.pause()
def timer_descriptor(first, flags):
    fd = c.timerfd_create(1, 0); assert c.timerfd_settime(fd, flags, ctypes.byref(Timer(Time(4), first)), None) == 0
    left = Timer(); c.timerfd_gettime(fd, ctypes.byref(left)); assert left.first.s in (3, 4) and left.every.s == 4
    os.read(fd, 8)
def timer():
    made = ctypes.c_void_p(); assert c.timer_create(1, None, ctypes.byref(made)) == 0
    assert c.timer_settime(made, 0, ctypes.byref(Timer(Time(), Time(4))), None) == 0
def kernel_timeout():
    a, b = socket.socketpair(); a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 4, 0))
    assert struct.unpack('ll', a.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16))[0] == 4
    try: a.recv(1)
    except BlockingIOError: pass
def short_kernel_timeout():  # no longer than a microsecond at this speed, and not for ever
    a, b = socket.socketpair(); a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 0, 10))
    try: a.recv(1)
    except BlockingIOError: pass
    time.sleep(4)
def quiet(call):
    def wait():
        try: call()
        except (TimeoutError, queue.Empty): pass
    return wait
def thread():
    other = threading.Thread(target=time.sleep, args=(4,)); other.start(); other.join()
def soon(): return Time(int(time.monotonic()) + 5)
def main():
    lock = threading.Lock(); lock.acquire(); a, b = socket.socketpair(); a.settimeout(4)
    c_ = threading.Condition(); c_.acquire()
    waits = {
        'sleep': lambda: time.sleep(4), 'event': lambda: threading.Event().wait(4),
        'lock': lambda: lock.acquire(timeout=4), 'condition': lambda: c_.wait(4),
        'queue': quiet(lambda: queue.Queue().get(timeout=4)), 'socket': quiet(lambda: a.recv(1)),
        'kernel timeout': kernel_timeout, 'short kernel timeout': short_kernel_timeout,
        'select': lambda: select.select([], [], [], 4),
        'poll': lambda: select.poll().poll(4000), 'epoll': lambda: select.epoll().poll(4),
        'sigtimedwait': lambda: signal.sigtimedwait([signal.SIGUSR1], 4),
        'asyncio': lambda: asyncio.run(asyncio.sleep(4)), 'child': child,
        'alarm': lambda: alarm(lambda: signal.alarm(4)),
        'setitimer': lambda: alarm(lambda: signal.setitimer(signal.ITIMER_REAL, 4)),
        'timerfd': lambda: timer_descriptor(Time(4), 0),
        'timerfd at a time': lambda: timer_descriptor(soon(), 1), 'timer_create': lambda: alarm(timer),
        'thread': thread,
    }
    odd = []
    for name, wait in waits.items():
        before = time.monotonic(); wait(); took = time.monotonic() - before
        if not 3.9 < took < 150: odd.append([name, took])
    signal.setitimer(signal.ITIMER_REAL, 1000); left = signal.getitimer(signal.ITIMER_REAL)[0]
    if not 800 < left <= 1000: odd.append(['getitimer', left])
    if not 800 < signal.alarm(0) <= 1000: odd.append('alarm')
    return odd
)";

TEST_CASE_TEMPLATE("every way to wait keeps the pace of the clock", T, EACH_BACKEND) {
  Job job = in_real_time(kWaits);
  job.limits.virtual_ms = 6'000'000;
  const auto seen = run(T::sandbox(), job);
  CAPTURE(dump_json(Json(seen.outcome)));
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == Json::array());
}

TEST_CASE_TEMPLATE("in real time an answer comes as late as its script says, by the same clock", T,
                   EACH_BACKEND) {
  RecordingPeer peer;
  peer.delay = 4s;
  const auto seen =
      T::sandbox().run(in_real_time("import json, os, urllib.request\n"
                                    "def main():\n"
                                    "    url = os.environ['WAREHOUSE_URL'] + '/rows'\n"
                                    "    with urllib.request.urlopen(url, timeout=100) as answer:\n"
                                    "        return json.load(answer)['row_count']\n"),
                       peer);
  CHECK(seen.value == 7);
  CHECK(seen.virtual_time >= 4s);
  CHECK(peer.calls_entered() == 1);
}

TEST_CASE_TEMPLATE("in real time the virtual limit passes for real", T, EACH_BACKEND) {
  Job job = in_real_time("import threading\ndef main():\n    threading.Event().wait()\n");
  job.limits.virtual_ms = 10'000;
  const auto seen = run(T::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kVirtualTime);
  CHECK(seen.outcome.detail == "not done after 10000 ms of virtual time");
  CHECK(seen.virtual_time == 10s);
  CHECK(seen.run.wall_ms >= 10'000.0 / kSpeed);
}

TEST_CASE("in real time the lines that ran are told, unless there was a child process") {
  Job job = in_real_time(
      "import os\ndef main(forks):\n"
      "    if forks and os.fork() == 0: os._exit(0)\n    return forks\n");
  job.watch_lines = true;
  for (const bool forks : {false, true}) {
    job.arguments = Json::array({forks});
    const auto seen = run(BoxBackend::sandbox(), job);
    CHECK(seen.value == forks);
    CHECK(seen.lines_whole == !forks);
  }
}

}  // namespace
}  // namespace assay::sandbox::testing
