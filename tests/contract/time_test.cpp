// What a program sees of time, way by way: harness/TIME.md has the same as a table.

#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <time.h>

#include <string>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;
using namespace std::chrono_literals;

struct Program {
  const char* name;
  const char* source;    ///< behind kPrologue; main() gives what `expected` has
  const char* expected;  ///< JSON
  const char* note;      ///< how the only note begins; empty where there is none
};

const std::string kPrologue = R"(
import ctypes, datetime, multiprocessing, os, resource, select, signal, socket, subprocess, sys
import threading, time
start = time.monotonic()
def passed(): return round(time.monotonic() - start)
)";

constexpr Program kPrograms[] = {
    {"alarm: rings on the case's clock, and tells what was left of the one before", R"(
def main():
    rang = []; signal.signal(signal.SIGALRM, lambda *a: rang.append(passed()))
    signal.alarm(60); left = signal.alarm(8); time.sleep(20)
    return [left, rang, passed(), signal.alarm(0)])",
     "[60, [8], 20, 0]", ""},
    {"setitimer: rings again and again on the case's clock", R"(
def main():
    rang = []; signal.signal(signal.SIGALRM, lambda *a: rang.append(passed()))
    signal.setitimer(signal.ITIMER_REAL, 5, 2); time.sleep(10)
    left = signal.getitimer(signal.ITIMER_REAL); old = signal.setitimer(signal.ITIMER_REAL, 0)
    time.sleep(10); return [rang, [round(s) for s in left], [round(s) for s in old]])",
     "[[5, 7, 9], [1, 2], [1, 2]]", ""},
    {"an alarm that breaks off a computation that looks at no clock does not ring in it", R"(
def main():
    rang = []; signal.signal(signal.SIGALRM, lambda *a: rang.append(passed())); signal.alarm(1)
    sum(range(10 ** 6)); before = list(rang); time.sleep(2); return [before, rang])",
     "[[], [1]]", ""},
    {"setitimer with less than nothing is refused, and rings never", R"(
def main():
    rang = []; signal.signal(signal.SIGALRM, lambda *a: rang.append(passed())); odd = []
    for value in (-1, -0.5):
        try: signal.setitimer(signal.ITIMER_REAL, value); odd.append(value)
        except signal.ItimerError: pass
    time.sleep(5); return [odd, rang])",
     "[[], []]", ""},
    {"clocks that the kernel has not are told so", R"(
def main():
    there = []
    for clock in (0, 1, 4, 5, 6, 7, 11, 10, 100):
        try: time.clock_gettime(clock); time.clock_getres(clock); there.append(clock)
        except OSError: pass
    return there)",
     "[0, 1, 4, 5, 6, 7, 11]", ""},
    {"nothing is read of an empty pipe without a wait", R"(
def main():
    reader, writer = os.pipe(); read = os.read(reader, 0)
    return [read == b'', passed()])",
     "[true, 0]", ""},
    {"setitimer of cpu time: rings by the kernel's account", R"(
def main():
    rang = []; signal.signal(signal.SIGVTALRM, lambda *a: rang.append(True))
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
    while not rang: pass
    return rang)",
     "[true]", "order_not_fixed"},
    {"a signal to itself interrupts at once, and a sleep goes on behind it", R"(
def main():
    rang = []; signal.signal(signal.SIGUSR1, lambda *a: rang.append(passed()))
    threading.Timer(7, os.kill, (os.getpid(), signal.SIGUSR1)).start(); time.sleep(20)
    return [rang, passed()])",
     "[[7], 20]", ""},
    {"a timeout of a child process passes for real", R"(
def main():
    child = multiprocessing.get_context('fork').Process(target=time.sleep, args=(10_000,))
    child.start(); before = time.monotonic(); child.join(0.2); took = time.monotonic() - before
    alive = child.is_alive(); child.kill(); child.join()
    return [alive, 0.2 <= took < 100, child.exitcode])",
     "[true, true, -9]", "real_time"},
    {"time before the first child process stays virtual", R"(
def main():
    time.sleep(300); pid = os.fork()
    if pid == 0: os._exit(0 if passed() >= 300 else 1)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), passed() >= 300])",
     "[0, true]", "real_time"},
    {"a loop that polls the clock comes to its end", R"(
def main():
    end = time.time() + 30; looks = 0
    while time.time() < end: looks += 1
    late = datetime.datetime.now() + datetime.timedelta(seconds=30)
    while datetime.datetime.now() < late: time.sleep(0)
    return [looks > 1000, 60 <= passed() < 62])",
     "[true, true]", ""},
    {"a loop that polls for what another thread does lets it come", R"(
def main():
    done = []; threading.Thread(target=lambda: (time.sleep(5), done.append(passed()))).start()
    while not done: time.monotonic()
    return [done, passed()])",
     "[[5], 5]", ""},
    {"a loop that polls under a lock lets what it waits for come", R"(
def main():
    done = []; lock = threading.Lock()
    threading.Thread(target=lambda: (time.sleep(5), done.append(passed()))).start()
    while True:
        with lock:
            if done: break
    signal.signal(signal.SIGALRM, lambda *_: done.append(passed())); signal.alarm(3)
    while len(done) < 2:
        with lock: pass
    return [round(moment, 2) for moment in done + [passed()]])",
     "[5.0, 8.0, 8.0]", ""},
    {"a loop that takes locks between its looks at the clock comes to its end", R"(
def main():
    count = 0; lock = threading.Lock(); end = time.monotonic() + 5
    while time.monotonic() < end:
        with lock: count += 1
    return [count > 1000, 5 <= passed() < 5.1])",
     "[true, true]", ""},
    {"a lock that is free takes no time", R"(
import concurrent.futures, queue
def main():
    lock = threading.Lock(); items = queue.Queue(); pool = concurrent.futures.ThreadPoolExecutor(2)
    pool.submit(len, "a").result()  # and its thread is idle then
    for i in range(100_000):
        with lock: pass
    locked = passed()
    for i in range(10_000): items.put(i); items.get()
    return [locked < 0.001, passed() < 0.1])",  // a queue tries a lock that it holds
     "[true, true]", ""},
    {"a computation takes no time on any clock", R"(
def main():
    clocks = [time.time, time.monotonic, time.perf_counter, time.process_time, time.thread_time]
    before = [clock() for clock in clocks]; sum(range(10 ** 6))
    used = resource.getrusage(resource.RUSAGE_SELF)
    return [all(clock() - b < 0.001 for clock, b in zip(clocks, before)), used.ru_utime < 0.001])",
     "[true, true]", ""},
    {"all clocks of a machine agree, and it has been up for 100 seconds", R"(
def main():
    ids = [time.CLOCK_MONOTONIC, time.CLOCK_BOOTTIME, time.CLOCK_MONOTONIC_RAW]
    up = [int(time.clock_gettime(id)) for id in ids]; time.sleep(50)
    then = [int(time.clock_gettime(id)) for id in ids]
    try: time.clock_settime(time.CLOCK_REALTIME, 0)
    except PermissionError as error: return [up, then, int(time.time()) - 1773468000, 'refused'])",
     R"([[100, 100, 100], [150, 150, 150], 50, "refused"])", ""},
    {"a sleep up to a time is by the case's clock, and one by cpu time there is none", R"(
import errno
libc = ctypes.CDLL(None)
def until(clock, seconds):
    return libc.clock_nanosleep(clock, 1, (ctypes.c_long * 2)(int(seconds), 0), None)
def main():
    slept = []
    for clock in (0, 1, 7):
        slept.append([until(clock, time.clock_gettime(clock) + 6), passed()])
    late = [until(0, 0), until(1, 0), passed()]
    cpu = [errno.errorcode[until(clock, 1000)] for clock in (2, 3)]
    cpu += [errno.errorcode[libc.clock_nanosleep(2, 0, (ctypes.c_long * 2)(1, 0), None)]]
    return [slept, late, cpu, passed()])",
     R"([[[0, 6], [0, 12], [0, 18]], [0, 0, 18], ["ENOTSUP", "EINVAL", "ENOTSUP"], 18])", ""},
    {"a zone that a program asks for is that zone's, daylight saving included", R"(
import zoneinfo
def main():
    os.environ['TZ'] = 'America/New_York'; time.tzset(); said = [time.strftime('%H %Z')]
    berlin = zoneinfo.ZoneInfo('Europe/Berlin')
    def there(): return datetime.datetime.now(berlin).isoformat(timespec='minutes')
    time.sleep(1277999); said.append(there()); time.sleep(1); return said + [there()])",
     R"(["02 EDT", "2026-03-29T01:59+01:00", "2026-03-29T03:00+02:00"])", ""},
};

std::string notes_of(const model::Observation& seen) {
  std::string all;
  for (const std::string& note : seen.notes) all += note.substr(0, note.find(':'));
  return all;
}

Job program(const std::string& source) {
  Job job = call(kPrologue + source);
  job.limits.virtual_ms = 30LL * 24 * 3'600 * 1'000;
  job.limits.wall_ms = 120'000;  // only a defect needs it
  return job;
}

double host_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

TEST_CASE_TEMPLATE("what a program sees of time", T, EACH_BACKEND) {
  for (const Program& each : kPrograms) {
    CAPTURE(std::string(each.name));
    const auto seen = run(T::sandbox(), program(each.source));
    CAPTURE(dump_json(Json(seen.outcome)));
    CHECK(seen.value == Json::parse(each.expected));
    CHECK(notes_of(seen) == each.note);
  }
}

/// Calls of the kernel's, past the C library.
std::string raw_calls() {
  const auto number = [](const char* name, long call) {
    return std::string(name) + " = " + std::to_string(call) + "\n";
  };
  return number("GETTIME", SYS_clock_gettime) + number("NANOSLEEP", SYS_nanosleep) +
         number("CLOCK_NANOSLEEP", SYS_clock_nanosleep) + number("PPOLL", SYS_ppoll) +
         number("PSELECT", SYS_pselect6) + number("FUTEX", SYS_futex) + R"(
libc = ctypes.CDLL(None)
def at(seconds): return (ctypes.c_long * 2)(int(seconds), int(seconds % 1 * 1e9))
def raw():
    now = (ctypes.c_long * 2)(); assert libc.syscall(GETTIME, 0, now) == 0
    return now[0] + now[1] / 1e9
)";
}

TEST_CASE_TEMPLATE("a system call of a program's own, and the vDSO, tell the host's time", T,
                   EACH_BACKEND) {
  const double before = host_seconds();
  const auto seen = run(T::sandbox(), program(raw_calls() + R"(
vdso = ctypes.CDLL('linux-vdso.so.1')
def by_vdso():
    now = (ctypes.c_long * 2)(); assert vdso.__vdso_clock_gettime(0, now) == 0
    return now[0] + now[1] / 1e9
def main():
    a = raw(), by_vdso(); time.sleep(100_000); b = raw(), by_vdso()
    return [*a, *b]
)"));
  CAPTURE(dump_json(Json(seen.outcome)));
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  for (const Json& told : seen.value) {
    CHECK(told >= before - 1);
    CHECK(told <= host_seconds() + 1);
  }
  CHECK(seen.notes.empty());
}

TEST_CASE_TEMPLATE("a system call of a program's own sleeps for real, and no clock shows it", T,
                   EACH_BACKEND) {
  for (const char* call :
       {"libc.syscall(NANOSLEEP, at(0.05), None)",
        "libc.syscall(CLOCK_NANOSLEEP, 1, 0, at(0.05), None)",
        "libc.syscall(CLOCK_NANOSLEEP, 0, 1, at(raw() + 0.05), None)",
        "libc.syscall(PPOLL, None, 0, at(0.05), None, 8)",
        "libc.syscall(PSELECT, 0, None, None, None, at(0.05), None)",
        "libc.syscall(FUTEX, ctypes.byref(ctypes.c_int(0)), 0, 0, at(0.05), None, 0)"}) {
    CAPTURE(std::string(call));
    const auto seen =
        run(T::sandbox(), program(raw_calls() +
                                  "def main():\n"
                                  "    real = raw(); virtual = time.monotonic()\n    " +
                                  call + R"(
    return [raw() - real >= 0.05, time.monotonic() - virtual < 0.001])"));
    CAPTURE(dump_json(Json(seen.outcome)));
    CHECK(seen.value == Json({true, true}));
    CHECK(seen.notes.empty());
    CHECK(seen.waits.empty());
  }
}

TEST_CASE_TEMPLATE("the times of files are the host's, unless a program sets them", T,
                   EACH_BACKEND) {
  const double before = host_seconds();
  const auto seen = run(T::sandbox(), program(R"(
def main():
    open('file', 'w').close(); made = os.stat('file').st_mtime
    os.utime('file', (5, time.time())); own = os.stat('file')
    os.utime('file'); now = os.stat('file').st_mtime
    return [made, own.st_atime, own.st_mtime - 1773468000 < 1, now]
)"));
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  for (const int host : {0, 3}) {
    CHECK(seen.value.at(host) >= before - 1);  // the kernel's clock of files is a coarse one
    CHECK(seen.value.at(host) <= host_seconds() + 1);
  }
  CHECK(seen.value.at(1) == 5.0);
  CHECK(seen.value.at(2) == true);
}

TEST_CASE_TEMPLATE("a sleep makes no file older to the host, and to the program all are new", T,
                   EACH_BACKEND) {
  const auto seen = run(T::sandbox(), program(R"(
def main():
    os.mkdir('folder'); open('one', 'w').close(); time.sleep(86_400); open('two', 'w').close()
    one, two, folder = (os.stat(name) for name in ('one', 'two', 'folder'))
    now = time.time(); age = now - one.st_mtime
    return [abs(two.st_mtime - one.st_mtime) < 600, abs(folder.st_ctime - one.st_ctime) < 600,
            abs(os.fstat(os.open('one', os.O_RDONLY)).st_mtime - one.st_mtime) < 1e-6, age]
)"));
  CAPTURE(dump_json(Json(seen.outcome)));
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  for (const int same : {0, 1, 2}) CHECK(seen.value.at(same) == true);
  // How old a file is by the case's clock is of no use: here a day beside what the host's is off.
  const double day = 1773468000.0 + 86'400;
  CHECK(seen.value.at(3) < day - host_seconds() + 600);
  CHECK(seen.value.at(3) > day - host_seconds() - 600);
}

TEST_CASE("the zone of a box is UTC, whatever the host's is") {
  const auto seen = run(BoxBackend::sandbox(), program(R"(
def main():
    return [list(time.tzname), time.timezone, time.localtime().tm_hour, time.gmtime().tm_hour,
            datetime.datetime.now().astimezone().isoformat(timespec='minutes')]
)"));
  CHECK(seen.value == Json({{"UTC", "UTC"}, 0, 6, 6, "2026-03-14T06:00+00:00"}));
}

constexpr const char* kSubprocess = R"(
def main():
    before = time.monotonic()
    try: subprocess.run(['/bin/sleep', '1000'], timeout=0.2)
    except subprocess.TimeoutExpired: return ['timeout', 0.2 <= time.monotonic() - before < 100]
    except OSError as error: return [type(error).__name__]
)";

TEST_CASE("a timeout of subprocess passes for real") {
  const auto seen = run(ProcessBackend::sandbox(), program(kSubprocess));
  CHECK(seen.value == Json({"timeout", true}));
  CHECK(notes_of(seen) == "real_time");
}

TEST_CASE("in a box there is no program that subprocess could start, and that it tried is noted") {
  const auto seen = run(BoxBackend::sandbox(), program(kSubprocess));
  CHECK(seen.value == Json({"FileNotFoundError"}));
  CHECK(notes_of(seen) == "real_time");
}

}  // namespace
}  // namespace assay::sandbox::testing
