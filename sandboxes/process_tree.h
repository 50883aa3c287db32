#pragma once

// What a box's processes do while it runs: the cpu time and the memory that they use, and whether
// they sleep.
//
// In: the pids that all others of the box are below, as this process sees them. Reads /proc.

#include <chrono>
#include <cstdint>
#include <vector>

namespace assay::sandbox {

/// Resident memory of one process, bytes; 0 where it is not there.
std::int64_t resident_memory_of(int pid);

/// The processes that were there when it was made, each once: one whose parent ends while they are
/// looked for is below init as well. What a process that is gone by then has counts nothing.
class ProcessTree {
 public:
  explicit ProcessTree(const std::vector<int>& roots);

  std::int64_t size() const { return static_cast<std::int64_t>(pids_.size()); }

  /// With those that ended and were waited for.
  std::chrono::nanoseconds cpu_usage() const;

  /// For how long its threads that are there could have run and had no cpu to run on: the second
  /// number of /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst of Linux).
  /// What a thread waits for now is in it once it runs again; 0 where the kernel does not tell.
  std::chrono::nanoseconds waiting_for_cpu() const;

  /// Bytes. A page that several processes have counts in each of them: cheap, and never too little.
  std::int64_t resident_memory() const;

  /// The same with each process's share of such a page (Pss of proc_pid_smaps_rollup(5)); resident
  /// memory of those whose share the kernel does not tell. It takes a walk over all pages.
  std::int64_t shared_out_memory() const;

  /// Whether every thread sleeps in the kernel until something wakes it. One that waits for its
  /// share of a busy cpu does not.
  bool all_asleep() const;

 private:
  template <class Amount>
  Amount sum(Amount (*amount_of)(int)) const;

  std::vector<int> pids_;
};

}  // namespace assay::sandbox
