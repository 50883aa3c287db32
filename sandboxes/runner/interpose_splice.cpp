// What moves bytes from one descriptor to another: either side may make it wait.

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "sandboxes/runner/descriptor_wait.h"
#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/network_watch.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

/// `call(flags)` as of splice: it moves what there is, and waits only where there is nothing.
template <class Call>
long move(int from, int to, unsigned flags, Call call) {
  watch_send(to);
  if (!baton::lockstep()) return call(flags);
  if (is_output(to)) {
    const bool may_go = (flags & SPLICE_F_NONBLOCK) != 0 || wait_until_ready(from, POLLIN);
    return may_go ? call(flags) : -1;
  }
  const bool may_wait =
      (flags & SPLICE_F_NONBLOCK) == 0 && !is_nonblocking(from) && !is_nonblocking(to);
  for (;;) {
    const long done = [&] {
      // The flag is for pipes alone.
      const NonBlocking from_now(from);
      const NonBlocking to_now(to);
      return call(flags | SPLICE_F_NONBLOCK);
    }();
    if (done >= 0 || !would_block()) return done;
    if (!may_wait) {
      vt::spin();
      return ended(Woken::kDeadline, EAGAIN);
    }
    const Woken woken = baton::block(kNever, assay::model::WaitFor::kEvents, [&] {
      return is_ready(from, POLLIN) && is_ready(to, POLLOUT);
    });
    if (woken == Woken::kRealTime) return call(flags);
    if (woken == Woken::kSignal) return ended(woken, EINTR);
    vt::step();
  }
}

}  // namespace

extern "C" {

ssize_t splice(int from, off64_t* from_offset, int to, off64_t* to_offset, std::size_t size,
               unsigned flags) {
  return move(from, to, flags, [&](unsigned with) {
    return syscall(SYS_splice, from, from_offset, to, to_offset, size, with);
  });
}

ssize_t tee(int from, int to, std::size_t size, unsigned flags) {
  return move(from, to, flags,
              [&](unsigned with) { return syscall(SYS_tee, from, to, size, with); });
}

ssize_t sendfile64(int fd, int from, off64_t* offset, std::size_t size) noexcept {
  watch_send(fd);
  const auto call = [&](std::size_t done) {
    return syscall(SYS_sendfile, fd, from, offset, size - done);
  };
  return baton::lockstep() ? write_all(fd, size, call) : call(0);
}

// One function on machines of 64 bits, as in the C library.
ssize_t sendfile(int fd, int from, off_t* offset, std::size_t size) noexcept
    __attribute__((alias("sendfile64")));

}  // extern "C"
