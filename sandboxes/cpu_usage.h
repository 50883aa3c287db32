#pragma once

// What a box's processes do while it runs: the cpu time that they have used, and whether they
// sleep.
//
// In: the pid of its init, as this process sees it. Reads /proc; no state.

#include <chrono>

namespace assay::sandbox {

/// Of `root` and everything below it, those that ended and were waited for included. A process that
/// is not there counts nothing.
std::chrono::nanoseconds cpu_usage_of_tree(int root);

/// Whether every thread of `root` and of everything below it sleeps in the kernel until something
/// wakes it. One that waits for its share of a busy cpu does not.
bool all_asleep_in_tree(int root);

}  // namespace assay::sandbox
