#pragma once

// Waiting for one descriptor, as a blocking call on it does.
//
// In: descriptors of the caller's. Out: errno as the call would leave it. By any thread, with
// baton::lockstep() true but where it says otherwise.

#include <poll.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "harness/model/wait.h"
#include "sandboxes/runner/baton.h"
#include "sandboxes/runner/virtual_time.h"

namespace assay::sandbox::runner {

/// Of the last call: it would have blocked.
bool would_block();

bool is_nonblocking(int fd);

/// IPv4 or IPv6.
bool is_internet(int fd);

/// What is waited for at a descriptor; `events` as of poll.
model::WaitFor waits_for(int fd, short events);

/// stdout and stderr are read by the worker at any time: they block for real, and not for long.
bool is_output(int fd);

/// The open file has O_NONBLOCK for as long as this lives: for calls that know no flag of their
/// own.
class NonBlocking {
 public:
  explicit NonBlocking(int fd);
  ~NonBlocking();
  NonBlocking(const NonBlocking&) = delete;
  NonBlocking& operator=(const NonBlocking&) = delete;

 private:
  int fd_;
  long flags_;
};

/// Asks the kernel, without waiting. `events` as of poll.
bool is_ready(int fd, short events);

/// When a call of that direction (POLLIN or POLLOUT) on a socket gives up, by SO_RCVTIMEO or
/// SO_SNDTIMEO.
std::int64_t deadline_of(int fd, short events);

/// What a blocking call returns that ended without success: -1, with errno set.
int ended(baton::Woken woken, int error_at_deadline);

/// Before a call that blocks by itself: waits until it will not, where it may. False with errno set
/// where it must not be made. In any mode.
bool wait_until_ready(int fd, short events);

/// `call(done)`, which writes behind the bytes that are done, until `size` are or it says that
/// there are no more. As the kernel does by itself where a call may block.
template <class Call>
long write_all(int fd, std::size_t size, Call call) {
  if (is_nonblocking(fd)) {
    const long part = call(std::size_t{0});
    if (part < 0 && would_block()) virtual_time::spin();
    return part;
  }
  const std::int64_t deadline = deadline_of(fd, POLLOUT);
  std::size_t done = 0;
  const auto so_far_or = [&](long part) { return done > 0 ? static_cast<long>(done) : part; };
  for (;;) {
    const long part = [&]() -> long {
      if (is_output(fd)) return call(done);
      const NonBlocking now(fd);
      return call(done);
    }();
    if (part > 0) {
      done += static_cast<std::size_t>(part);
      if (done >= size) return static_cast<long>(done);
      continue;
    }
    if (part == 0 || !would_block()) return so_far_or(part);
    const baton::Woken woken =
        baton::block(deadline, waits_for(fd, POLLOUT), [&] { return is_ready(fd, POLLOUT); });
    if (woken == baton::Woken::kRealTime) {
      const long rest = call(done);
      return rest < 0 ? so_far_or(rest) : static_cast<long>(done) + rest;
    }
    if (woken != baton::Woken::kReady) return so_far_or(ended(woken, EAGAIN));
    virtual_time::step();  // poll and the call may not agree
  }
}

}  // namespace assay::sandbox::runner
