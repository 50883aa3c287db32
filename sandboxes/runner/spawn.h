#pragma once

// One box, as the runner makes it: init and the candidate, or the candidate alone for the plain
// backend.
//
// In: the spec and the box's ends of channel and pipes. Out: a process, known by its pidfd. What
// happens in the new processes never returns.

#include <sys/types.h>

#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::runner {

struct Spawned {
  pid_t pid = 0;
  UniqueFd pidfd;
  UniqueFd status;  ///< init writes the candidate's wait status here; none for a plain one
};

/// Takes the box's descriptors; they are closed in the caller's process.
Result<Spawned> spawn_box(box::Box box);

/// `folder` is the working folder, which the worker makes and removes.
Result<Spawned> spawn_plain(box::Box box, const std::string& folder);

}  // namespace assay::sandbox::runner
