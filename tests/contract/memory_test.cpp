// What a case says when memory ended it, and who is not ended by it. With a cgroup of either
// version and without one: the run as an ordinary user has none on a host that delegates none.

#include <doctest/doctest.h>

#include "tests/sandbox_support/support.h"

namespace assay::sandbox {
namespace {

using namespace sandbox::testing;
using model::OutcomeKind;

constexpr std::int64_t kLimit = 64 << 20;
/// For sizes to be told apart from, whatever a box has beside its limit.
constexpr std::int64_t kFarBeyond = 4 * kLimit;

Job limited(std::string source) {
  Job job = call(std::move(source));
  job.limits.memory_bytes = kLimit;
  job.limits.wall_ms = 60'000;
  job.limits.cpu_ms = 30'000;
  return job;
}

/// take(size): memory that is there.
const std::string kTake =
    "import os\n"
    "def take(size):\n"
    "    block = bytearray(size)\n"
    "    for page in range(0, size, 4096): block[page] = 1\n"
    "    return block\n";

/// Five children that hold more together than a box may have; `after` is what each then does.
std::string hold_too_much(const std::string& after) {
  return "    here, there = os.pipe()\n"
         "    until, _ = os.pipe()\n"
         "    for _ in range(5):\n"
         "        if os.fork() == 0:\n"
         "            block = take(36 << 20)\n"
         "            os.write(there, b'x')\n"
         "            os.read(until, 1)\n" +
         after;
}

bool has_cgroup() {
  for (const model::Layer& layer : BoxBackend::sandbox().layers())
    if (layer.name == "cgroup") return layer.state == "on";
  return false;
}

TEST_CASE("a case that memory ended names the limit, and its peak confirms it") {
  const auto seen =
      run(BoxBackend::sandbox(), limited("def main():\n"
                                         "    kept = []\n"
                                         "    while len(kept) < 512:\n"
                                         "        kept.append(bytearray(b'x' * (1 << 20)))\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kMemory);
  CHECK(seen.outcome.detail == "it reached its limit of 64 MiB: MemoryError");
  CHECK(seen.run.peak_memory_bytes > kLimit / 2);
  CHECK(seen.run.peak_memory_bytes < kFarBeyond);
}

TEST_CASE("processes that are within the limit each are ended together") {
  const auto seen = run(BoxBackend::sandbox(),
                        limited(kTake + "def main():\n"
                                        "    here, there = os.pipe()\n"
                                        "    until, _ = os.pipe()\n"
                                        "    for _ in range(3):\n"
                                        "        if os.fork() == 0:\n"
                                        "            block = take(32 << 20)\n"
                                        "            os.write(there, b'x')\n"
                                        "            os.read(until, 1)\n"
                                        "    held = 0\n"
                                        "    while held < 3: held += len(os.read(here, 1))\n"
                                        "    block = take(48 << 20)\n"
                                        "    while True: pass\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kMemory);
  if (has_cgroup()) {
    CHECK(seen.outcome.detail == "it reached its limit of 64 MiB: the kernel gave it no more");
    CHECK(seen.run.peak_memory_bytes > kLimit);
    CHECK(seen.run.peak_memory_bytes < kFarBeyond);
  } else {
    CHECK(seen.outcome.detail ==
          "it reached its limit of 64 MiB: its processes have more together");
    CHECK(seen.run.peak_memory_bytes > kLimit);
    CHECK(seen.run.peak_memory_bytes < kFarBeyond);
  }
}

TEST_CASE("a box that ran out of memory is ended by it, whichever process the kernel takes") {
  // Each child has more than the parent, which the kernel leaves, and which answers all the same.
  const auto seen = run(BoxBackend::sandbox(),
                        limited(kTake +
                                "import select\n"
                                "def main():\n" +
                                hold_too_much("            os._exit(0)\n") +
                                "    held = 0\n"
                                "    while held < 5 and os.waitpid(-1, os.WNOHANG) == (0, 0):\n"
                                "        if select.select([here], [], [], 0.01)[0]:\n"
                                "            held += len(os.read(here, 5))\n"
                                "    spin = sum(range(10_000_000))\n"
                                "    return held\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kMemory);
  CHECK_FALSE(seen.has_value);
  if (has_cgroup())
    CHECK(seen.outcome.detail == "it reached its limit of 64 MiB: the kernel gave it no more");
}

TEST_CASE("what the kernel leaves of a box that ran out of memory does not go on") {
  const Job job = limited(kTake + "def main():\n" + hold_too_much("") + "    while True: pass\n");
  const auto seen = run(BoxBackend::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kMemory);
  CHECK(seen.run.cpu_user_ms + seen.run.cpu_system_ms < job.limits.cpu_ms / 2.0);
}

TEST_CASE("a hundred processes that have little beside the warm image are within the limit") {
  Job job = limited(
      "import os\n"
      "def main():\n"
      "    here, there = os.pipe()\n"
      "    until, _ = os.pipe()\n"
      "    for _ in range(100):\n"
      "        if os.fork() == 0:\n"
      "            os.write(there, b'x')\n"
      "            os.read(until, 1)\n"
      "            os._exit(0)\n"
      "    held = 0\n"
      "    while held < 100: held += len(os.read(here, 100))\n"
      "    spin = sum(range(10_000_000))\n"
      "    return held\n");
  job.limits.processes = 120;
  const auto seen = run(BoxBackend::sandbox(), job);
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == Json(100));
}

TEST_CASE("a crash is no want of memory") {
  const auto seen = run(BoxBackend::sandbox(), limited("import ctypes\n"
                                                       "def main(): ctypes.memset(8, 1, 100)\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kSignaled);
  CHECK(seen.outcome.signal == 11);
  CHECK(seen.outcome.detail.empty());
}

TEST_CASE("a case's peak is its own, whatever the one before it used") {
  const auto most =
      run(BoxBackend::sandbox(), limited("def main(): len(bytearray(b'x' * (24 << 20)))\n"));
  const auto least = run(BoxBackend::sandbox(), limited("def main(): pass\n"));
  CHECK(most.run.peak_memory_bytes > least.run.peak_memory_bytes + (16 << 20));
}

TEST_CASE("sixteen threads with a megabyte each are within the least limit") {
  const auto seen = run(BoxBackend::sandbox(),
                        limited("import threading\n"
                                "def main():\n"
                                "    together = threading.Barrier(16)\n"
                                "    held = []\n"
                                "    def work():\n"
                                "        block = bytearray(b'x' * (1 << 20))\n"
                                "        together.wait()\n"
                                "        held.append(block.count(b'x'))\n"
                                "    threads = [threading.Thread(target=work) for _ in range(16)]\n"
                                "    for thread in threads: thread.start()\n"
                                "    for thread in threads: thread.join()\n"
                                "    return sum(held) >> 20\n"));
  CHECK(seen.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.value == Json(16));
  CHECK(seen.run.peak_memory_bytes < kLimit + kLimit / 2);
}

}  // namespace
}  // namespace assay::sandbox
