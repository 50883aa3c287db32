#include "sandboxes/runner/descriptor_wait.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "sandboxes/runner/interpose.h"

namespace assay::sandbox::runner {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

bool is_nonblocking(int fd) {
  const long flags = syscall(SYS_fcntl, fd, F_GETFL);
  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

bool is_internet(int fd) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
         (domain == AF_INET || domain == AF_INET6);
}

model::WaitFor waits_for(int fd, short events) {
  if (!is_internet(fd)) return model::WaitFor::kEvents;
  sockaddr_storage peer;
  socklen_t size = sizeof peer;
  const bool connected = syscall(SYS_getpeername, fd, &peer, &size) == 0;
  if (!connected) return model::WaitFor::kConnect;
  return (events & POLLIN) != 0 ? model::WaitFor::kRead : model::WaitFor::kWrite;
}

bool is_output(int fd) { return fd == STDOUT_FILENO || fd == STDERR_FILENO; }

NonBlocking::NonBlocking(int fd) : fd_(fd), flags_(syscall(SYS_fcntl, fd, F_GETFL)) {
  if (flags_ >= 0) syscall(SYS_fcntl, fd_, F_SETFL, flags_ | O_NONBLOCK);
}

NonBlocking::~NonBlocking() {
  const int saved_errno = errno;
  if (flags_ >= 0) syscall(SYS_fcntl, fd_, F_SETFL, flags_);
  errno = saved_errno;
}

bool is_ready(int fd, short events) {
  pollfd waiting{.fd = fd, .events = events, .revents = 0};
  return syscall(SYS_poll, &waiting, 1, 0) != 0;
}

std::int64_t deadline_of(int fd, short events) {
  const int option = events == POLLOUT ? SO_SNDTIMEO : SO_RCVTIMEO;
  timeval timeout{};
  socklen_t size = sizeof timeout;
  if (syscall(SYS_getsockopt, fd, SOL_SOCKET, option, &timeout, &size) != 0) return kNever;
  const std::int64_t ours = virtual_time::from_real(to_ns(timeout));
  return ours == 0 ? kNever : virtual_time::after(ours);
}

int ended(Woken woken, int error_at_deadline) {
  errno = woken == Woken::kSignal ? EINTR : error_at_deadline;
  return -1;
}

bool wait_until_ready(int fd, short events) {
  if (!baton::lockstep()) return true;
  if (is_ready(fd, events)) return true;
  if (is_nonblocking(fd)) {
    virtual_time::spin();
    return true;
  }
  const std::int64_t deadline = deadline_of(fd, events);
  do {
    const Woken woken =
        baton::block(deadline, waits_for(fd, events), [&] { return is_ready(fd, events); });
    if (woken == Woken::kRealTime) return true;
    if (woken != Woken::kReady) {
      ended(woken, EAGAIN);
      return false;
    }
  } while (!is_ready(fd, events));  // another thread may have taken what there was
  return true;
}

}  // namespace assay::sandbox::runner
