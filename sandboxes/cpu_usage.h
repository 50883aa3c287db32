#pragma once

// The cpu time of a box while it runs, over all of its processes.
//
// In: the pid of its init, as this process sees it. Out: nanoseconds. Reads /proc; no state.

#include <chrono>

namespace assay::sandbox {

/// Of `root` and everything below it, those that ended and were waited for included. A process that
/// is not there counts nothing.
std::chrono::nanoseconds cpu_usage_of_tree(int root);

}  // namespace assay::sandbox
