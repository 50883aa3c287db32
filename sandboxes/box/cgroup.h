#pragma once

// The cgroups of boxes: memory, number of processes and cpu time of a box as a whole, which rlimits
// cannot bound. Made by the worker, since a box must not reach its own; v1 or v2, where this
// process may make some.
//
// Theory of operation. With v2 a box's program is born in its cgroup (clone3, CLONE_INTO_CGROUP);
// with v1 it is moved there before it gets its job, which costs a grace period of the kernel's, and
// what it used before is counted elsewhere. To be let in, the runner needs a right on the cgroup
// and on the one above both (cgroups(7), "cgroup v2 delegation"), so there are three kinds:
//
//   assay-PID-1            one a runner; hands memory and pids down; no process is in it
//     ├ runner             the runner, from before it is executed; without limits
//     └ assay-PID-2 …      one a box, made anew for each, for the peak of memory cannot be reset
//
// In: a process to put in. Out: limits that hold, and what was used. One thread.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "harness/base/result.h"
#include "harness/model/environment.h"

namespace assay::sandbox::box {

/// Used for one box after the other.
class Cgroup {
 public:
  virtual ~Cgroup() = default;

  /// Sets the limits and forgets what was used, before a box is put in.
  virtual Status prepare(std::int64_t memory_bytes, std::int64_t processes) = 0;
  virtual Status add(pid_t process) = 0;
  /// A descriptor of it that a process can be born in, from prepare() on; -1 where none can (v1).
  virtual int folder() const { return -1; }

  // Since prepare():
  /// Whether the kernel killed something in here for want of memory.
  virtual bool ran_out_of_memory() const = 0;
  /// Nothing where the kernel does not tell.
  virtual std::optional<std::int64_t> peak_memory_bytes() const = 0;
  virtual std::optional<std::chrono::nanoseconds> cpu_used() const = 0;
  /// At once, with the threads of each.
  virtual std::optional<std::int64_t> processes_at_most() const = 0;
};

/// Those of a runner's boxes. Outlives them, and the runner.
class Cgroups {
 public:
  /// Below a cgroup that this process may write to; nothing where there is none.
  static std::unique_ptr<Cgroups> open();
  virtual ~Cgroups() = default;

  virtual Result<std::unique_ptr<Cgroup>> make() = 0;
  /// The file that the runner, once forked, writes "0" to; -1 where it stays where it is.
  virtual int entrance() const { return -1; }
  /// Lets processes of that user be born in these cgroups: the runner's, which is not root.
  virtual Status admit(uid_t user) = 0;
  /// What they bound, for people.
  virtual std::string describe() const = 0;
};

/// Tries it for real: makes one and puts a process in.
model::Layer probe_cgroup();

}  // namespace assay::sandbox::box
