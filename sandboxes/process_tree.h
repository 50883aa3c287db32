#pragma once

// What a box's processes do while it runs: the cpu time and the memory that they use, and whether
// they sleep.
//
// In: the pid of its init, as this process sees it. Reads /proc; no state.

#include <chrono>
#include <cstdint>

namespace assay::sandbox {

/// Of `root` and everything below it, those that ended and were waited for included. A process that
/// is not there counts nothing.
std::chrono::nanoseconds cpu_usage_of_tree(int root);

/// Memory of `root` and everything below it, bytes. A page that several processes have counts in
/// each of them: cheap, and never too little.
std::int64_t resident_memory_of_tree(int root);

/// The same with each process's share of such a page (Pss of proc_pid_smaps_rollup(5)); resident
/// memory of those whose share the kernel does not tell. It takes a walk over all pages.
std::int64_t shared_out_memory_of_tree(int root);

/// Whether every thread of `root` and of everything below it sleeps in the kernel until something
/// wakes it. One that waits for its share of a busy cpu does not.
bool all_asleep_in_tree(int root);

}  // namespace assay::sandbox
