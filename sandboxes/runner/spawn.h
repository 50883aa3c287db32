#pragma once

// One box, as the runner makes it: init from the nursery and the candidate from the warm image, or
// the candidate alone for the plain backend.
//
// In: the spec and the box's ends of channel and pipes. Out: processes, known by their pidfds. What
// happens in the new processes never returns.

#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "sandboxes/box/layer.h"
#include "sandboxes/runner/nursery.h"

namespace assay::sandbox::runner {

struct Spawned {
  Process init;  ///< none for a plain one
  Process candidate;
  bool born_in_cgroup = false;  ///< the candidate
};

/// Forks candidates into the namespaces of inits. Both are the runner's own children.
class Spawner {
 public:
  static Result<Spawner> start(const box::Shared& shared);

  /// Takes the box's descriptors; they are closed in the caller's process.
  Result<Spawned> spawn(box::Box box);

 private:
  Spawner(Nursery nursery, UniqueFd own_pids)
      : nursery_(std::move(nursery)), own_pids_(std::move(own_pids)) {}

  Nursery nursery_;
  UniqueFd own_pids_;  ///< this process's own pid namespace
};

/// `folder` is the working folder, which the worker makes and removes.
Result<Spawned> spawn_plain(box::Box box, const std::string& folder);

/// Sends the box's listener over its channel.
Status hand_out_listener(box::Box& box);

}  // namespace assay::sandbox::runner
