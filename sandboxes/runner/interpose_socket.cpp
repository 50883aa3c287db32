// Sockets, and read and write on whatever may block.
//
// In kLockstep each call is made with MSG_DONTWAIT. A send of a large buffer may so take fewer
// bytes than a blocking one would; POSIX lets it, and every caller that there is loops.

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>

#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/network_watch.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

/// What Linux makes of its default of six SYN packets (tcp_syn_retries, tcp(7)).
constexpr std::int64_t kConnectTimeout = 127 * kNsPerSecond;
/// What one sendmsg or writev takes at most of a stream; longer than any datagram may be.
constexpr std::size_t kMaxGathered = 1 << 20;

NetworkWatcher g_watcher = nullptr;

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK; }

bool is_nonblocking(int fd) {
  const long flags = syscall(SYS_fcntl, fd, F_GETFL);
  return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

/// The deadline of a blocking call by SO_RCVTIMEO or SO_SNDTIMEO.
std::int64_t deadline_by_option(int fd, int option) {
  timeval timeout{};
  socklen_t size = sizeof timeout;
  if (syscall(SYS_getsockopt, fd, SOL_SOCKET, option, &timeout, &size) != 0) return kNever;
  return to_ns(timeout) == 0 ? kNever : vt::after(to_ns(timeout));
}

bool is_ready(int fd, short events) {
  pollfd waiting{.fd = fd, .events = events, .revents = 0};
  return syscall(SYS_poll, &waiting, 1, 0) != 0;
}

/// What a blocking call returns that ended without success.
int ended(Woken woken, int error_at_deadline) {
  if (woken == Woken::kSignal) errno = EINTR;
  if (woken == Woken::kDeadline) errno = error_at_deadline;
  return -1;
}

/// `call(flags)` with MSG_DONTWAIT, again and again until it does not say EAGAIN.
template <class Call>
long transfer(int fd, int flags, int timeout_option, Call call) {
  if (!vt::lockstep()) return call(flags);
  long done = call(flags | MSG_DONTWAIT);
  if (done >= 0 || !would_block()) return done;
  if ((flags & MSG_DONTWAIT) != 0 || is_nonblocking(fd)) {
    vt::spin();
    return -1;
  }
  const Woken woken = vt::block(deadline_by_option(fd, timeout_option), [&] {
    done = call(flags | MSG_DONTWAIT);
    return done >= 0 || !would_block();
  });
  return woken == Woken::kReady ? done : ended(woken, EAGAIN);
}

/// In kLockstep, before a call that blocks by itself. False with errno set where it must not be
/// made.
bool wait_until_ready(int fd, short events) {
  if (!vt::lockstep() || is_ready(fd, events)) return true;
  if (is_nonblocking(fd)) {
    vt::spin();
    return true;
  }
  const Woken woken = vt::block(kNever, [&] { return is_ready(fd, events); });
  if (woken != Woken::kReady) ended(woken, EAGAIN);
  return woken == Woken::kReady;
}

bool is_internet(int fd) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
         (domain == AF_INET || domain == AF_INET6);
}

void watch_send(int fd) {
  if (g_watcher != nullptr && is_internet(fd)) network_was_used();
}

std::string gathered(const msghdr& message) {
  std::string bytes;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) {
    const iovec& part = message.msg_iov[i];
    const std::size_t room = kMaxGathered - bytes.size();
    bytes.append(static_cast<const char*>(part.iov_base), std::min(part.iov_len, room));
  }
  return bytes;
}

int connect_in_lockstep(int fd, const sockaddr* address, socklen_t length) {
  const long flags = syscall(SYS_fcntl, fd, F_GETFL);
  if (flags < 0) return -1;
  if ((flags & O_NONBLOCK) != 0) {
    return static_cast<int>(syscall(SYS_connect, fd, address, length));
  }
  syscall(SYS_fcntl, fd, F_SETFL, flags | O_NONBLOCK);
  const long connected = syscall(SYS_connect, fd, address, length);
  const int error = errno;
  syscall(SYS_fcntl, fd, F_SETFL, flags);
  errno = error;
  if (connected == 0 || error != EINPROGRESS) return static_cast<int>(connected);

  std::int64_t deadline = deadline_by_option(fd, SO_SNDTIMEO);
  if (deadline == kNever) deadline = vt::after(kConnectTimeout);
  const Woken woken = vt::block(deadline, [&] { return is_ready(fd, POLLOUT); });
  if (woken != Woken::kReady) return ended(woken, ETIMEDOUT);
  int failed = 0;
  socklen_t size = sizeof failed;
  syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  errno = failed;
  return failed == 0 ? 0 : -1;
}

int accept_any(int fd, sockaddr* address, socklen_t* length, int flags) {
  if (!vt::lockstep() || is_nonblocking(fd)) {
    return static_cast<int>(syscall(SYS_accept4, fd, address, length, flags));
  }
  const Woken woken =
      vt::block(deadline_by_option(fd, SO_RCVTIMEO), [&] { return is_ready(fd, POLLIN); });
  if (woken != Woken::kReady) return ended(woken, EAGAIN);
  return static_cast<int>(syscall(SYS_accept4, fd, address, length, flags));
}

}  // namespace

namespace assay::sandbox::runner {

void watch_network(NetworkWatcher watcher) { g_watcher = watcher; }

void network_was_used() {
  const int saved_errno = errno;
  if (g_watcher != nullptr) g_watcher();
  errno = saved_errno;
}

}  // namespace assay::sandbox::runner

extern "C" {

ssize_t recvfrom(int fd, void* __restrict buffer, std::size_t size, int flags,
                 sockaddr* __restrict from, socklen_t* __restrict from_length) {
  return transfer(fd, flags, SO_RCVTIMEO, [&](int with) {
    return syscall(SYS_recvfrom, fd, buffer, size, with, from, from_length);
  });
}

ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  return recvfrom(fd, buffer, size, flags, nullptr, nullptr);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  return transfer(fd, flags, SO_RCVTIMEO,
                  [&](int with) { return syscall(SYS_recvmsg, fd, message, with); });
}

ssize_t sendto(int fd, const void* buffer, std::size_t size, int flags, const sockaddr* to,
               socklen_t to_length) {
  watch_send(fd);
  return transfer(fd, flags, SO_SNDTIMEO, [&](int with) {
    return syscall(SYS_sendto, fd, buffer, size, with, to, to_length);
  });
}

ssize_t send(int fd, const void* buffer, std::size_t size, int flags) {
  return sendto(fd, buffer, size, flags, nullptr, 0);
}

/// By sendto where it can be: the filter of a box (sandboxes/box/layers/seccomp.cpp) refuses sendmsg,
/// which passes descriptors on. The runner itself, which has no filter, passes some.
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  if (message->msg_controllen > 0) return syscall(SYS_sendmsg, fd, message, flags);
  const std::string bytes = gathered(*message);
  return sendto(fd, bytes.data(), bytes.size(), flags,
                static_cast<const sockaddr*>(message->msg_name), message->msg_namelen);
}

int connect(int fd, const sockaddr* address, socklen_t length) {
  if (g_watcher != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
    network_was_used();
  }
  if (!vt::lockstep()) return static_cast<int>(syscall(SYS_connect, fd, address, length));
  return connect_in_lockstep(fd, address, length);
}

int accept(int fd, sockaddr* __restrict address, socklen_t* __restrict length) {
  return accept_any(fd, address, length, 0);
}

int accept4(int fd, sockaddr* __restrict address, socklen_t* __restrict length, int flags) {
  return accept_any(fd, address, length, flags);
}

ssize_t read(int fd, void* buffer, std::size_t size) {
  if (!wait_until_ready(fd, POLLIN)) return -1;
  return syscall(SYS_read, fd, buffer, size);
}

ssize_t readv(int fd, const iovec* parts, int count) {
  if (!wait_until_ready(fd, POLLIN)) return -1;
  return syscall(SYS_readv, fd, parts, count);
}

ssize_t sendfile64(int fd, int from, off64_t* offset, std::size_t size) {
  watch_send(fd);
  if (!wait_until_ready(fd, POLLOUT)) return -1;
  return syscall(SYS_sendfile, fd, from, offset, size);
}

ssize_t write(int fd, const void* buffer, std::size_t size) {
  // stdout and stderr are read by the worker at any time: they block for real, and not for long.
  if (!vt::lockstep() || fd <= STDERR_FILENO) return syscall(SYS_write, fd, buffer, size);
  const long sent = transfer(fd, 0, SO_SNDTIMEO, [&](int with) {
    return syscall(SYS_sendto, fd, buffer, size, with, nullptr, 0);
  });
  if (sent >= 0 || errno != ENOTSOCK) {
    watch_send(fd);
    return sent;
  }
  if (!wait_until_ready(fd, POLLOUT)) return -1;
  return syscall(SYS_write, fd, buffer, size);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  if (!vt::lockstep() || fd <= STDERR_FILENO) return syscall(SYS_writev, fd, parts, count);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = static_cast<std::size_t>(count);
  const ssize_t sent = sendmsg(fd, &message, 0);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  if (!wait_until_ready(fd, POLLOUT)) return -1;
  return syscall(SYS_writev, fd, parts, count);
}

}  // extern "C"
