#pragma once

// The cgroups of boxes: memory and number of processes of a box as a whole, which rlimits cannot
// bound. Made by the worker, since a box must not reach its own; v1 or v2, where this process may
// make some.
//
// In: a process to put in. Out: limits that hold, and what was used. A Cgroup is used for one box
// after the other, for making and removing one costs more than a case. One thread.

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/environment.h"

namespace assay::sandbox::box {

class Cgroup {
 public:
  virtual ~Cgroup() = default;

  /// Empties the counters and sets the limits, before a box is put in.
  virtual Status prepare(std::int64_t memory_bytes, std::int64_t processes) = 0;
  virtual Status add(pid_t process) = 0;

  /// Whether the kernel killed something in here for want of memory since prepare().
  virtual bool ran_out_of_memory() const = 0;
  /// Since prepare(); 0 where it is not known.
  virtual std::int64_t peak_memory_bytes() const = 0;
};

/// A new cgroup below one that this process may write to; nothing where there is none.
std::unique_ptr<Cgroup> make_cgroup();

/// Tries it for real: makes one and puts a process in.
model::Layer probe_cgroup();

}  // namespace assay::sandbox::box
