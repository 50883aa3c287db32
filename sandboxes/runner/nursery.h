#pragma once

// Where inits come from. The nursery is a process that the runner forks before it warms Python: pid
// 1 of a box needs nothing of a warm image, and a fork of that costs more than all that init does.
//
// In: orders from the runner, over a socket pair. Out: inits, which are the runner's children like
// the nursery itself. The runner owns the nursery and calls this from its only thread; what happens
// in the new processes never returns. The nursery ends with the runner, pid 1 of its namespace.

#include <sys/types.h>

#include <csignal>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "sandboxes/box/layer.h"

namespace assay::sandbox::runner {

/// Asks an init to end and to reap all that is left in its box, and to leave.
inline constexpr int kEndAll = SIGTERM;

struct Process {
  pid_t pid = 0;
  UniqueFd pidfd;
};

class Nursery {
 public:
  /// `shared` as all boxes will have it.
  static Result<Nursery> start(const box::Shared& shared);

  /// A box that is built: its namespaces are there, init has put its layers on and has sent the
  /// listener over the channel. Where that fails, the channel says why as well.
  Result<Process> make_init(const box::Box& box);

 private:
  explicit Nursery(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
};

}  // namespace assay::sandbox::runner
