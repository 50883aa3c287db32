// Theory of operation: sandboxes/protocol.h, steps 2 to 4 and 7.

#include "sandboxes/runner/spawn.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/runner/candidate.h"
#include "sandboxes/runner/report.h"
#include "sandboxes/wire.h"

namespace assay::sandbox::runner {
namespace {

using protocol::MessageType;

/// Init inherits what the runner has open: the control socket, other boxes' ends. Leaves 0 to 2 and
/// those in `keep`.
void close_all_but(std::array<int, 4> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned first = STDERR_FILENO + 1;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (first < kept) ::syscall(SYS_close_range, first, kept - 1, 0);
    first = kept + 1;
  }
  ::syscall(SYS_close_range, first, ~0U, 0);
}

[[noreturn]] void leave_with(int channel, const Error& error) { ::_exit(fail(channel, error)); }

Status hand_out_listener(box::Box& box) {
  std::vector<int> descriptors{box.listener.get()};
  if (box.filler) descriptors.insert(descriptors.end(), {box.filler.get(), box.counters.get()});
  if (wire::send(box.channel.get(), MessageType::kListener, {}, descriptors) != wire::Send::kSent)
    return environment_error("the worker is gone");
  for (UniqueFd* fd : {&box.listener, &box.filler, &box.counters}) fd->reset();
  return success();
}

Status wait_until_placed(const box::Box& box) {
  wire::Message message;
  if (wire::receive(box.channel.get(), message, /*wait=*/true) != wire::Receive::kMessage ||
      message.type != static_cast<std::uint8_t>(MessageType::kPlaced))
    return environment_error("the worker did not place the box");
  return success();
}

/// Reaps whatever ends until the candidate does. Orphans of a box are init's children.
int wait_for_candidate(pid_t candidate) {
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == candidate) return status;
    if (ended < 0 && errno != EINTR) return -1;
  }
}

[[noreturn]] void run_init(box::Box& box, const UniqueFd& status_pipe) {
  close_all_but({box.channel.get(), box.out.get(), box.err.get(), status_pipe.get()});
  const int channel = box.channel.get();
  if (auto done = box::put_on_in_init(box); !done.ok()) leave_with(channel, done.error());
  if (auto done = hand_out_listener(box); !done.ok()) leave_with(channel, done.error());
  if (auto done = wait_until_placed(box); !done.ok()) leave_with(channel, done.error());
  // Init's memory and descriptors are nothing that a candidate may look into; its own are.
  ::prctl(PR_SET_DUMPABLE, 0);
  // glibc's fork, which mends the thread id that clone3 left stale.
  const pid_t candidate = ::fork();
  if (candidate < 0) leave_with(channel, box::errno_error("forking the candidate"));
  if (candidate == 0) {
    ::prctl(PR_SET_DUMPABLE, 1);
    if (auto done = box::put_on_in_candidate(box); !done.ok())
      leave_with(box.channel ? box.channel.get() : protocol::kChannelFd, done.error());
    run_candidate(protocol::kChannelFd);  // says kReady first
  }
  box.channel.reset();
  box.out.reset();
  box.err.reset();
  const std::int32_t status = wait_for_candidate(candidate);
  const ssize_t written = ::write(status_pipe.get(), &status, sizeof status);
  ::_exit(written == sizeof status ? EXIT_SUCCESS : EXIT_FAILURE);
}

[[noreturn]] void run_plain(box::Box& box, const std::string& folder) {
  const int channel = box.channel.get();
  if (::chdir(folder.c_str()) != 0)
    leave_with(channel, box::errno_error("entering the working folder"));
  auto listener = box::listen_on_loopback(0);
  if (!listener.ok()) leave_with(channel, listener.error());
  box.listener = std::move(*listener);
  if (auto done = hand_out_listener(box); !done.ok()) leave_with(channel, done.error());
  if (auto done = wait_until_placed(box); !done.ok()) leave_with(channel, done.error());
  if (auto done = box::take_descriptors(box); !done.ok()) leave_with(channel, done.error());
  run_candidate(protocol::kChannelFd);  // says kReady first
}

}  // namespace

Result<Spawned> spawn_box(box::Box box) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return box::errno_error("making a pipe");
  Spawned spawned;
  spawned.status.reset(ends[0]);
  UniqueFd write_end(ends[1]);
  ASSAY_TRY(box::Cloned cloned, box::clone_into_namespaces());
  if (cloned.pid == 0) run_init(box, write_end);
  spawned.pid = cloned.pid;
  spawned.pidfd = std::move(cloned.pidfd);
  return spawned;
}

Result<Spawned> spawn_plain(box::Box box, const std::string& folder) {
  Spawned spawned;
  spawned.pid = ::fork();
  if (spawned.pid < 0) return box::errno_error("forking");
  if (spawned.pid == 0) run_plain(box, folder);
  spawned.pidfd.reset(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0)));
  if (!spawned.pidfd) return box::errno_error("pidfd_open");
  return spawned;
}

}  // namespace assay::sandbox::runner
