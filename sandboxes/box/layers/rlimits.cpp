// Resource limits of the candidate's processes, each by itself. They hold where there is no cgroup;
// the box as a whole is bounded by cgroup, wall time and the worker's count of cpu time.

#include <sys/resource.h>

#include <cstdio>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::box {
namespace {

constexpr rlim_t kOpenFiles = 256;
/// The worker ends a box at its cpu limit; this is for the case that the worker does not come to
/// it.
constexpr std::int64_t kCpuBackstopSeconds = 2;
/// What Linux gives by default. The stack counts as no data, so it must not be the candidate's to
/// grow.
constexpr std::int64_t kStackBytes = 8 << 20;
/// No core, and no program of the host's that takes one: with 0 the kernel would start the latter
/// (kernel/coredump.c: 1 is the value that stops it).
constexpr std::int64_t kCoreBytes = 1;

/// Private writable memory that the process has by now, the warm image's: VmData.
std::int64_t data_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  long long pages[6] = {};
  const int found = std::fscanf(file, "%lld %lld %lld %lld %lld %lld", &pages[0], &pages[1],
                                &pages[2], &pages[3], &pages[4], &pages[5]);
  std::fclose(file);
  constexpr std::int64_t kPageSize = 4096;
  return found == 6 ? pages[5] * kPageSize : 0;
}

Status limit(int resource, std::int64_t value) {
  const rlimit both{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &both) != 0)
    return errno_error("setrlimit");
  return success();
}

Status enter_candidate(Box& box) {
  if (is_left_out("rlimits")) return success();
  const BoxSpec& spec = box.spec;
  // Not RLIMIT_AS: sixteen honest threads reserve more address space than they ever touch.
  ASSAY_CHECK(limit(RLIMIT_DATA, data_bytes() + spec.memory));
  ASSAY_CHECK(limit(RLIMIT_STACK, kStackBytes));
  // Threads count, and init does: it has the same uid.
  ASSAY_CHECK(limit(RLIMIT_NPROC, spec.processes + 1));
  ASSAY_CHECK(limit(RLIMIT_FSIZE, spec.scratch));
  ASSAY_CHECK(limit(RLIMIT_NOFILE, kOpenFiles));
  ASSAY_CHECK(limit(RLIMIT_CORE, kCoreBytes));
  ASSAY_CHECK(limit(RLIMIT_CPU, (spec.cpu_ms + 999) / 1000 + kCpuBackstopSeconds));
  ASSAY_CHECK(limit(RLIMIT_MEMLOCK, 0));
  ASSAY_CHECK(limit(RLIMIT_MSGQUEUE, 0));
  return success();
}

Result<std::string> attempt() {
  Box box;
  box.spec = {64 << 20, 8, 1 << 20, 64, 1000};
  ASSAY_CHECK(enter_candidate(box));
  return std::string("data, stack, processes, file size, open files, cpu, no core");
}

model::Layer probe() { return try_in_child("rlimits", attempt); }

}  // namespace

extern const Layer k_rlimits;
const Layer k_rlimits{"rlimits", 70, Need::kRequired, probe, nullptr, nullptr, enter_candidate};

}  // namespace assay::sandbox::box
