// What a case used, as its observation tells it, beside what its processes say of themselves or
// what they were written to use: within a tenth.

#include <doctest/doctest.h>
#include <sys/syscall.h>

#include <string>
#include <type_traits>

#include "sandboxes/sandbox.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;

constexpr double kMiB = 1 << 20;
constexpr int kPatienceMs = 120'000;

bool is_within_a_tenth(double account, double truth) {
  CAPTURE(account);
  CAPTURE(truth);
  return account > 0.9 * truth && account < 1.1 * truth;
}

model::Observation patient_run(Sandbox& sandbox, Job job) {
  job.limits.wall_ms = kPatienceMs;
  job.limits.cpu_ms = kPatienceMs;
  auto seen = run(sandbox, job);
  CAPTURE(seen.outcome.detail);
  REQUIRE(seen.outcome.kind == OutcomeKind::kReturned);
  return seen;
}

/// Cpu time by the kernel's own account (getrusage(2)) and not by the case's clock: user and system
/// time of the process, seconds.
constexpr const char* kOwnTimes = R"(
import ctypes, hashlib, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def own_times():
    usage = (ctypes.c_long * 18)()
    assert libc.syscall(GETRUSAGE, 0, usage) == 0
    return usage[0] + usage[1] / 1e6, usage[2] + usage[3] / 1e6
def compute(seconds):
    while own_times()[0] < seconds:
        hashlib.sha256(bytes(100_000)).digest()
def ask_the_kernel(seconds):
    block = bytes(1 << 20)
    file = os.open('file', os.O_RDWR | os.O_CREAT)
    while own_times()[1] < seconds:
        for _ in range(20):
            os.pwrite(file, block, 0)
)";

TEST_CASE_TEMPLATE("cpu time is that of all processes, waited for or not", T, EACH_BACKEND) {
  const model::Observation seen = patient_run(
      T::sandbox(), call("GETRUSAGE = " + std::to_string(SYS_getrusage) + kOwnTimes + R"(
def main():
    readable, writable = os.pipe()
    if os.fork() == 0:  # ends, and is waited for
        compute(0.4); os.write(writable, repr(own_times()).encode() + b'\n'); os._exit(0)
    os.wait()
    if os.fork() == 0:  # its child is nobody's once it has ended
        if os.fork() == 0:
            ask_the_kernel(0.8); os.write(writable, repr(own_times()).encode() + b'\n'); os._exit(0)
        os._exit(0)
    os.wait()
    compute(0.4)
    os.close(writable)
    said = open(readable).read().split('\n')[:-1]
    times = [eval(line) for line in said] + [own_times()]
    return [sum(t[0] for t in times), sum(t[1] for t in times), len(times)]
)"));
  REQUIRE(seen.value.at(2) == 3);
  const double user_ms = seen.value.at(0).get<double>() * 1000;
  const double system_ms = seen.value.at(1).get<double>() * 1000;
  REQUIRE(user_ms > 790);
  REQUIRE(system_ms > 790);  // far more than the box itself takes, on a slow machine as well
  // Nobody waits for orphans outside a box: the plain backend knows nothing of them.
  if (std::is_same_v<T, ProcessBackend>) return;
  CHECK(is_within_a_tenth(seen.run.cpu_user_ms, user_ms));
  CHECK(is_within_a_tenth(seen.run.cpu_system_ms, system_ms));
}

TEST_CASE_TEMPLATE("peak memory is what was there at once, and not what was there in all", T,
                   EACH_BACKEND) {
  const auto peak = [](int mib) {
    auto job = call(
        "def main(mib):\n"
        "    for _ in range(3):\n"
        "        block = bytearray(b'x') * (mib << 20)\n"
        "        del block\n"
        "    return mib\n",
        Json::array({mib}));
    return static_cast<double>(patient_run(T::sandbox(), job).run.peak_memory_bytes);
  };
  CHECK(is_within_a_tenth(peak(128) - peak(0), 128 * kMiB));
}

TEST_CASE("peak memory is that of all processes together, where there is a cgroup") {
  const auto peak = [](int mib) {
    auto job = call(R"(
import os
def main(mib):
    there, writable = os.pipe()
    go_on, stop = os.pipe()
    for _ in range(3):
        if os.fork() == 0:
            os.close(stop)
            block = bytearray(b'x') * (mib << 20)
            os.write(writable, b'!'); os.read(go_on, 1); os._exit(0)
    for _ in range(3): os.read(there, 1)
    os.close(stop)
    for _ in range(3): os.wait()
    return mib
)",
                    Json::array({mib}));
    return static_cast<double>(patient_run(BoxBackend::sandbox(), job).run.peak_memory_bytes);
  };
  const double together = peak(32) - peak(0);
  bool bounded = false;
  for (const model::Layer& layer : BoxBackend::sandbox().layers())
    bounded = bounded || (layer.name == "cgroup" && layer.state == "on");
  CHECK(is_within_a_tenth(together, (bounded ? 3 : 1) * 32 * kMiB));
}

TEST_CASE("processes at most are those that were there at once, with their threads") {
  const auto seen = patient_run(BoxBackend::sandbox(), call(R"(
import os, signal, threading
def main():
    for _ in range(3):  # one after the other
        if os.fork() == 0: os._exit(0)
        os.wait()
    children = []
    for _ in range(12):
        child = os.fork()
        if child == 0: signal.pause()
        children.append(child)
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait) for _ in range(7)]
    for thread in threads: thread.start()
    stop.set()
    for thread in threads: thread.join()
    for child in children: os.kill(child, signal.SIGKILL); os.waitpid(child, 0)
)"));
  if (seen.run.processes_at_most)
    CHECK(*seen.run.processes_at_most == 1 + 12 + 7);
  else
    MESSAGE("no cgroup counts them here: it needs one, and Linux 6.1");
}

TEST_CASE_TEMPLATE("bytes written are those of all processes, whatever they went to", T,
                   EACH_BACKEND) {
  const auto written = [](int kib) {
    auto job = call(R"(
import os, signal
def write(size):
    file = os.open('file%d' % os.getpid(), os.O_RDWR | os.O_CREAT)
    for _ in range(size >> 16):  # over and over at its start: what is there is not what was written
        os.pwrite(file, bytes(1 << 16), 0)
    os.unlink('file%d' % os.getpid())
def main(kib):
    readable, writable = os.pipe()
    child = os.fork()  # is waited for
    if child == 0: write(kib << 10); os._exit(0)
    os.waitpid(child, 0)
    child = os.fork()
    if child == 0:  # its child is nobody's once it has ended
        if os.fork() == 0: write(kib << 10); os.write(writable, b'!'); os._exit(0)
        os._exit(0)
    os.waitpid(child, 0)
    os.read(readable, 1)
    write(kib << 10)
    if os.fork() == 0:  # is ended with the box
        write(kib << 10); os.write(writable, b'!'); signal.pause()
    os.read(readable, 1)
    return kib
)",
                    Json::array({kib}));
    const auto bytes = patient_run(T::sandbox(), job).run.written_bytes;
    REQUIRE(bytes);
    return static_cast<double>(*bytes);
  };
  const bool plain = std::is_same_v<T, ProcessBackend>;  // orphans are nobody's there
  const double all = (plain ? 2 : 4) * 8 * kMiB;
  const double more = written(8 << 10) - written(0);
  CAPTURE(more);
  CHECK(is_within_a_tenth(more, all));
}

TEST_CASE_TEMPLATE("output is counted to the byte, and beyond its limit", T, EACH_BACKEND) {
  auto job = call(
      "import sys\n"
      "def main(out, err):\n"
      "    sys.stdout.write('o' * out)\n"
      "    sys.stderr.write('e' * err)\n"
      "    return 0\n",
      Json::array({100'000, 50'000}));
  CHECK(patient_run(T::sandbox(), job).run.output_bytes == 150'000);
  job.arguments = Json::array({1'000'000, 0});
  const auto cut = run(T::sandbox(), job);
  CHECK(cut.outcome.kind == OutcomeKind::kOutput);
  CHECK(cut.run.output_bytes > job.limits.output_bytes);
}

}  // namespace
}  // namespace assay::sandbox::testing
