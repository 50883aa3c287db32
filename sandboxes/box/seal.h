#pragma once

// The box of a process of our own that computes with a stranger's input: nothing of the host.
//
// Theory of operation. Two processes: the one that was started waits; its clone, in namespaces of
// its own, has an empty read-only root, no network, no capability, no file that it could open, the
// candidates' system call filter and limits. Its libraries are mapped by then, and the descriptors
// that it holds are all that it reaches. It ends with its parent, and its parent with the worker.
// Called from a process of one thread, before it reads anything of a stranger's.

#include <cstdint>

#include "harness/base/result.h"

namespace assay::sandbox::box {

/// Sizes in bytes.
struct SealOptions {
  std::int64_t memory = 0;  ///< private memory, what the process has by then included
  std::int64_t processes = 0;
  std::int64_t cpu_ms = 0;
};

/// In the clone: success, or what could not be put on. In the process that was started: does not
/// return, and ends as the clone did.
Status seal_process(const SealOptions& options);

}  // namespace assay::sandbox::box
