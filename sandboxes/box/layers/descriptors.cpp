// Descriptors and session of the candidate: nothing for input, two pipes for output, the channel,
// and no other. A candidate that inherits one descriptor too many may own its own verdict.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "sandboxes/box/choice.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/box/layer.h"
#include "sandboxes/protocol.h"

namespace assay::sandbox::box {
namespace {

/// Above whatever number the runner's descriptors have: none is overwritten before it moved.
constexpr int kAside = 100;
constexpr const char* kNeeded = "close_range needs Linux 5.9 or later.";

Status place(const UniqueFd& from, int to) {
  UniqueFd aside(::fcntl(from.get(), F_DUPFD_CLOEXEC, kAside));
  if (!aside || ::dup2(aside.get(), to) < 0) return errno_error("placing a descriptor");
  return success();
}

Status close_from(int first) {
  if (::syscall(SYS_close_range, first, ~0U, 0) != 0)
    return errno_error("closing descriptors", kNeeded);
  return success();
}

Status enter_candidate(Box& box) { return take_descriptors(box); }

Result<std::string> attempt() {
  // A range that holds nothing, so that the pipe to tell the answer by stays open.
  constexpr unsigned kBeyondAll = ~0U;
  if (::syscall(SYS_close_range, kBeyondAll, kBeyondAll, 0) != 0)
    return errno_error("close_range", kNeeded);
  return std::string("nothing for input, two pipes, the channel");
}

model::Layer probe() { return try_in_child("descriptors", attempt); }

}  // namespace

Status take_descriptors(Box& box) {
  // Init is pid 1: with it goes the candidate in any case. This is for the plain backend.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno_error("PR_SET_PDEATHSIG");
  if (::setsid() < 0) return errno_error("making a session");
  UniqueFd in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!in) return errno_error("opening /dev/null");
  // Aside first: `out` may be the number that the channel is about to take.
  for (UniqueFd* fd : {&in, &box.out, &box.err, &box.channel}) {
    fd->reset(::fcntl(fd->get(), F_DUPFD_CLOEXEC, kAside));
    if (!*fd) return errno_error("moving a descriptor");
  }
  ASSAY_CHECK(place(in, STDIN_FILENO));
  ASSAY_CHECK(place(box.out, STDOUT_FILENO));
  ASSAY_CHECK(place(box.err, STDERR_FILENO));
  ASSAY_CHECK(place(box.channel, protocol::kChannelFd));
  if (!is_left_out("descriptors")) ASSAY_CHECK(close_from(protocol::kChannelFd + 1));
  // Closed by number just now; their owners must not do it again.
  for (UniqueFd* fd : {&in, &box.out, &box.err, &box.channel, &box.listener}) {
    [[maybe_unused]] const int gone = fd->release();
  }
  return success();
}

extern const Layer k_descriptors;
const Layer k_descriptors{"descriptors", 60,      Need::kRequired, probe,
                          nullptr,       nullptr, enter_candidate};

}  // namespace assay::sandbox::box
