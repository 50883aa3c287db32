// Programs that stay below a limit by a fifth and programs that go beyond it by a fifth, with every
// core busy: each gets its own outcome, every time. ASSAY_LIMITS_TIMES is how often; 2 if not set.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;

/// Processes that compute, so many for each core.
class BusyCores {
 public:
  explicit BusyCores(unsigned for_each = 1) {
    const pid_t parent = ::getpid();
    for (unsigned i = 0; i < for_each * std::max(1u, std::thread::hardware_concurrency()); ++i) {
      const pid_t pid = ::fork();
      if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::setsid();  // where the kernel has autogroups, a session has one share, and a box another
        while (::getppid() == parent) {
        }
        ::_exit(0);
      }
      pids_.push_back(pid);
    }
  }
  ~BusyCores() {
    for (const pid_t pid : pids_) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  BusyCores(const BusyCores&) = delete;
  BusyCores& operator=(const BusyCores&) = delete;

 private:
  std::vector<pid_t> pids_;
};

struct Bound {
  const char* name;
  OutcomeKind beyond;
  /// main(amount) uses that much, in the unit of the limit.
  const char* source;
  std::int64_t limit;
  std::int64_t model::Limits::*field;
};

/// Cpu time is the kernel's account, by a system call of the program's own: the case's clock is
/// virtual.
constexpr Bound kBounds[] = {
    {"cpu time", OutcomeKind::kCpuTime, R"(
import ctypes, hashlib
libc = ctypes.CDLL(None)
def main(ms):
    used = (ctypes.c_long * 18)()
    while (used[0] + used[2]) * 1000 + (used[1] + used[3]) / 1000 < ms:
        hashlib.sha256(bytes(50_000)).digest()
        libc.syscall(GETRUSAGE, 0, used)
    return 'done'
)",
     1'000, &model::Limits::cpu_ms},
    {"wall time", OutcomeKind::kWallTime, R"(
import ctypes
class Time(ctypes.Structure): _fields_ = [('s', ctypes.c_long), ('ns', ctypes.c_long)]
def main(ms):
    ctypes.CDLL(None).syscall(NANOSLEEP, ctypes.byref(Time(ms // 1000, ms % 1000 * 1000000)), None)
    return 'done'
)",
     3'000, &model::Limits::wall_ms},
    {"virtual time", OutcomeKind::kVirtualTime,
     "import time\ndef main(ms):\n    time.sleep(ms / 1000)\n    return 'done'\n", 60'000,
     &model::Limits::virtual_ms},
    {"memory", OutcomeKind::kMemory,
     "def main(size):\n    kept = [bytearray(b'x') * (1 << 16) for _ in range(size >> 16)]\n    "
     "return 'done'\n",
     128 << 20, &model::Limits::memory_bytes},
    {"output", OutcomeKind::kOutput,
     "import sys\ndef main(size):\n    sys.stdout.write('x' * size)\n    return 'done'\n", 100'000,
     &model::Limits::output_bytes},
};

/// Their numbers differ between architectures.
const std::string kCalls = "GETRUSAGE = " + std::to_string(SYS_getrusage) +
                           "\nNANOSLEEP = " + std::to_string(SYS_nanosleep) + "\n";

int times() {
  const char* asked = std::getenv("ASSAY_LIMITS_TIMES");
  return asked != nullptr ? std::atoi(asked) : 2;
}

void check_both_sides(const Bound& bound) {
  const std::string name = bound.name;
  CAPTURE(name);
  for (const bool over : {false, true}) {
    auto job = call(kCalls + bound.source, Json::array({bound.limit / 10 * (over ? 12 : 8)}));
    job.limits.wall_ms = 60'000;  // but for the one that is looked at
    job.limits.*bound.field = bound.limit;
    const auto seen = run(BoxBackend::sandbox(), job);
    CAPTURE(over);
    CAPTURE(seen.outcome.detail);
    CHECK(seen.outcome.kind == (over ? bound.beyond : OutcomeKind::kReturned));
  }
}

/// What a process or thread is refused is the candidate's to see, and no outcome of its own.
void check_processes() {
  constexpr int kLimit = 20;
  for (const auto& [wanted, all] : {std::pair{16, true}, std::pair{24, false}}) {
    auto job = call(R"(
import os, signal
def main(wanted):
    children = []
    try:
        for _ in range(wanted - 1):
            child = os.fork()
            if child == 0: signal.pause()
            children.append(child)
        return 'all'
    except BlockingIOError:
        return 'refused'
    finally:
        for child in children: os.kill(child, signal.SIGKILL); os.waitpid(child, 0)
)",
                    Json::array({wanted}));
    job.limits.processes = kLimit;
    job.limits.wall_ms = 60'000;
    const auto seen = run(BoxBackend::sandbox(), job);
    CAPTURE(wanted);
    CAPTURE(seen.outcome.detail);
    CHECK(seen.value == (all ? "all" : "refused"));
  }
}

/// Of a folder, as what a program that writes a file is told.
void check_scratch() {
  for (const auto& [tenths, all] : {std::pair{8, true}, std::pair{12, false}}) {
    auto job = call(R"(
def main(size):
    try:
        with open('file', 'wb', buffering=0) as file:
            done = 0
            while done < size: done += file.write(bytes(min(65536, size - done)))
        return 'all'
    except OSError:
        return 'refused'
)");
    job.limits.scratch_bytes = 10 << 20;
    job.limits.wall_ms = 60'000;
    job.arguments = Json::array({(1 << 20) * tenths});
    const auto seen = run(BoxBackend::sandbox(), job);
    CAPTURE(tenths);
    CHECK(seen.value == (all ? "all" : "refused"));
  }
}

TEST_CASE("a fifth below a limit and a fifth beyond it are told apart with every core busy") {
  const BusyCores busy;
  for (int i = 0; i < times(); ++i) {
    CAPTURE(i);
    for (const Bound& bound : kBounds) check_both_sides(bound);
    check_processes();
    check_scratch();
  }
}

/// Of a core it gets a part that is no twentieth, so that what it used does not tell it from a
/// program that waits.
TEST_CASE("a program that computes ends at its cpu limit, however little of a core it gets") {
  auto job = call("def main():\n    while True: pass\n");
  job.limits.cpu_ms = 60;
  job.limits.wall_ms = 1'000;
  BoxBackend::sandbox();  // is warm before the cores are busy
  const BusyCores busy(40);
  const auto seen = run(BoxBackend::sandbox(), job);
  CAPTURE(seen.outcome.detail);
  CHECK(seen.outcome.kind == OutcomeKind::kCpuTime);
}

}  // namespace
}  // namespace assay::sandbox::testing
