// Theory of operation. An order is one message with the box's spec, its channel and the end of a
// pipe:
//
//   runner ── order ──→ nursery ── clone ──→ init
//     │ ←─ pid, pidfd ────┘                    │ layers; listener → worker
//     │ ←──────────────── one byte: built ─────┘ (the end of the pipe instead: it failed)
//
// Init then reaps orphans until the runner or the worker kills it, and the whole box with it. Where
// orphans are left when the candidate ends, the runner asks it to end them first: what the kernel
// ends with a pid namespace is in nobody's account.

#include "sandboxes/runner/nursery.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "sandboxes/box/kernel.h"
#include "sandboxes/box/launch.h"
#include "sandboxes/runner/report.h"
#include "sandboxes/runner/spawn.h"
#include "sandboxes/wire.h"

namespace assay::sandbox::runner {
namespace {

using protocol::MessageType;

constexpr char kBuilt = '+';

/// Leaves 0 to 2 and those in `keep`.
template <std::size_t N>
void close_all_but(std::array<int, N> keep) {
  std::sort(keep.begin(), keep.end());
  unsigned first = STDERR_FILENO + 1;
  for (const int fd : keep) {
    const auto kept = static_cast<unsigned>(fd);
    if (first < kept) ::syscall(SYS_close_range, first, kept - 1, 0);
    first = kept + 1;
  }
  ::syscall(SYS_close_range, first, ~0U, 0);
}

/// From the runner: it has no pid in the box, and nobody in there can name another sender than
/// themselves (rt_sigqueueinfo(2)).
bool is_from_outside(const siginfo_t& info) { return info.si_code == SI_USER && info.si_pid == 0; }

[[noreturn]] void end_all_and_leave() {
  ::kill(-1, SIGKILL);
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
  ::_exit(EXIT_SUCCESS);
}

/// Until the kill that ends the box, or kEndAll. That one is lost where a signal of the box's own
/// is pending; the worker's patience bounds it then, as it bounds whoever does not leave. Orphans
/// of a box are init's children, and count as its own use of the machine once they are reaped.
[[noreturn]] void reap_until_the_end(const sigset_t& awaited) {
  for (;;) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    siginfo_t info{};
    if (::sigwaitinfo(&awaited, &info) == kEndAll && is_from_outside(info)) end_all_and_leave();
  }
}

[[noreturn]] void run_init(box::Box box, UniqueFd built) {
  close_all_but(std::array{box.channel.get(), built.get()});
  const auto leave_with = [&](const Error& error) { ::_exit(fail(box.channel.get(), error)); };
  if (auto done = box::put_on_in_init(box); !done.ok()) leave_with(done.error());
  // Its memory and descriptors are nothing that a candidate may look into.
  ::prctl(PR_SET_DUMPABLE, 0);
  if (auto done = hand_out_listener(box); !done.ok()) leave_with(done.error());
  box.channel.reset();
  // Before anybody can send one: pid 1 would not get what it neither blocks nor handles.
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, kEndAll);
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
  if (::write(built.get(), &kBuilt, sizeof kBuilt) != sizeof kBuilt) ::_exit(EXIT_FAILURE);
  built.reset();
  reap_until_the_end(awaited);
}

/// In the nursery.
[[noreturn]] void take_orders(const UniqueFd& socket, const box::Shared& shared) {
  close_all_but(std::array{socket.get()});
  wire::Message order;
  while (wire::receive(socket.get(), order, /*wait=*/true) == wire::Receive::kMessage) {
    ASSAY_ASSERT(order.descriptors.size() == 2, "an init needs a channel and a pipe");
    box::Box box;
    box.shared = &shared;
    wire::Reader reader(order.payload);
    box.spec = box::read_spec(reader);
    ASSAY_ASSERT(reader.ok(), "an order is too short");
    box.channel = std::move(order.descriptors[0]);
    UniqueFd built = std::move(order.descriptors[1]);
    auto cloned = box::clone_into_namespaces({.sibling = true});
    if (!cloned.ok()) {
      fail(box.channel.get(), cloned.error());
      continue;  // the end of the pipe tells the runner
    }
    if (cloned->pid == 0) run_init(std::move(box), std::move(built));
    const int pidfd = cloned->pidfd.get();
    const auto sent = wire::send(socket.get(), MessageType::kBoxBorn,
                                 wire::Writer().i32(cloned->pid).bytes(), {&pidfd, 1});
    if (sent != wire::Send::kSent) break;
  }
  ::_exit(EXIT_SUCCESS);
}

Error not_built() {
  return environment_error("a box's init could not be made", "`assay doctor` tries each layer.");
}

}  // namespace

Result<Nursery> Nursery::start(const box::Shared& shared) {
  auto pair = wire::make_pair();
  if (!pair) return box::errno_error("making a socket pair");
  const pid_t pid = ::fork();
  if (pid < 0) return box::errno_error("forking the nursery");
  if (pid == 0) take_orders(pair->second, shared);
  return Nursery(std::move(pair->first));
}

Result<Process> Nursery::make_init(const box::Box& box) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return box::errno_error("making a pipe");
  const UniqueFd built(ends[0]);
  UniqueFd write_end(ends[1]);
  const int passed[] = {box.channel.get(), write_end.get()};
  wire::Writer order;
  box::write_spec(order, box.spec);
  if (wire::send(socket_.get(), MessageType::kNewBox, order.bytes(), passed) != wire::Send::kSent)
    return environment_error("the nursery is gone");
  write_end.reset();
  char said = 0;
  if (::read(built.get(), &said, sizeof said) != sizeof said) return not_built();
  wire::Message message;
  if (wire::receive(socket_.get(), message, /*wait=*/true) != wire::Receive::kMessage ||
      message.descriptors.size() != 1)
    return environment_error("the nursery is gone");
  wire::Reader reader(message.payload);
  Process init;
  init.pid = reader.i32();
  init.pidfd = std::move(message.descriptors[0]);
  return init;
}

}  // namespace assay::sandbox::runner
