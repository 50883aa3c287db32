// Theory of operation: sandboxes/protocol.h, steps 2 to 4 and 7.

#include "sandboxes/runner/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "sandboxes/box/fork_into.h"
#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/runner/candidate.h"
#include "sandboxes/runner/channel.h"
#include "sandboxes/runner/report.h"
#include "sandboxes/wire.h"

namespace assay::sandbox::runner {
namespace {

using protocol::MessageType;

[[noreturn]] void leave_with(int channel, const Error& error) { ::_exit(fail(channel, error)); }

Status wait_until_placed(const box::Box& box) {
  wire::Message message;
  if (wire::receive(box.channel.get(), message, /*wait=*/true) != wire::Receive::kMessage ||
      message.type != static_cast<std::uint8_t>(MessageType::kPlaced))
    return environment_error("the worker did not place the box");
  return success();
}

[[noreturn]] void run_boxed(box::Box& box, const UniqueFd& init) {
  box.cgroup.reset();
  const auto leave = [&](const Error& error) {
    leave_with(box.channel ? box.channel.get() : protocol::kChannelFd, error);
  };
  if (auto done = box::join_namespaces(init.get()); !done.ok()) leave(done.error());
  if (auto done = wait_until_placed(box); !done.ok()) leave(done.error());
  if (auto done = box::put_on_in_candidate(box); !done.ok()) leave(done.error());
  run_candidate(protocol::kChannelFd);  // says kReady first
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

/// The candidate, in its cgroup where there is one to be born in. Where the kernel does not have it
/// so, the worker moves it there.
Result<pid_t> fork_candidate(const box::Box& box, bool& born_in_cgroup) {
  born_in_cgroup = false;
  if (box.cgroup) {
    auto child = box::fork_into(box.cgroup.get());
    born_in_cgroup = child.ok();
    if (child.ok()) return child;
  }
  const pid_t child = ::fork();
  if (child < 0) return box::errno_error("forking the candidate");
  return child;
}

/// The pidfd of a child that was just forked, and cannot be gone without a trace.
Result<Process> known(pid_t pid) {
  Process process;
  process.pid = pid;
  process.pidfd.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.pidfd) return box::errno_error("pidfd_open");
  return process;
}

}  // namespace

Status hand_out_listener(box::Box& box) {
  std::vector<int> descriptors{box.listener.get()};
  if (box.filler) descriptors.insert(descriptors.end(), {box.filler.get(), box.counters.get()});
  const std::string now = wire::Writer().i64(monotonic_ns()).bytes();
  if (wire::send(box.channel.get(), MessageType::kListener, now, descriptors) != wire::Send::kSent)
    return environment_error("the worker is gone");
  for (UniqueFd* fd : {&box.listener, &box.filler, &box.counters}) fd->reset();
  return success();
}

Result<Spawner> Spawner::start(const box::Shared& shared) {
  ASSAY_TRY(Nursery nursery, Nursery::start(shared));
  UniqueFd own_pids(::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC));
  if (!own_pids) return box::errno_error("opening the runner's pid namespace");
  return Spawner(std::move(nursery), std::move(own_pids));
}

Result<Spawned> Spawner::spawn(box::Box box) {
  Spawned spawned;
  ASSAY_TRY(spawned.init, nursery_.make_init(box));
  // Only children are born into the other namespace: pid_namespaces(7).
  if (::setns(spawned.init.pidfd.get(), CLONE_NEWPID) != 0)
    return box::errno_error("entering a box's pid namespace");
  ASSAY_TRY(const pid_t candidate, fork_candidate(box, spawned.born_in_cgroup));
  if (candidate == 0) run_boxed(box, spawned.init.pidfd);
  if (::setns(own_pids_.get(), CLONE_NEWPID) != 0)
    return box::errno_error("leaving a box's pid namespace");
  ASSAY_TRY(spawned.candidate, known(candidate));
  return spawned;
}

Result<Spawned> spawn_plain(box::Box box, const std::string& folder) {
  const pid_t candidate = ::fork();
  if (candidate < 0) return box::errno_error("forking");
  if (candidate == 0) run_plain(box, folder);
  Spawned spawned;
  ASSAY_TRY(spawned.candidate, known(candidate));
  return spawned;
}

}  // namespace assay::sandbox::runner
