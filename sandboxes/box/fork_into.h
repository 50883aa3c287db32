#pragma once

// A fork whose child is born in a cgroup of version 2.
//
// fork(2) cannot do that, and the kernel's call that can (clone3 with CLONE_INTO_CGROUP) has no
// wrapper in the C library. So this does what glibc's own fork does in a process of one thread: the
// kernel writes the child's thread id to where the library keeps it, and the child registers its
// list of robust mutexes again. What a fork does beside that is left out: it takes and resets locks
// that other threads could hold, of which there must be none, and calls pthread_atfork's handlers.
//
// In: a process with one thread, and a descriptor of the cgroup's folder. Out: as fork(2).

#include <sys/types.h>

#include "harness/base/result.h"

namespace assay::sandbox::box {

/// 0 in the child. Without a cgroup (-1): in the caller's.
Result<pid_t> fork_into(int cgroup);

}  // namespace assay::sandbox::box
