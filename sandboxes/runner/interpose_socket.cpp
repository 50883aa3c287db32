// Sockets. In kLockstep each call is made with MSG_DONTWAIT, again and again.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
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

#include "sandboxes/runner/descriptor_wait.h"
#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/network_watch.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
/// What Linux makes of its default of six SYN packets (tcp_syn_retries, tcp(7)).
constexpr std::int64_t kConnectTimeout = 127 * kNsPerSecond;
/// What one sendmsg or writev takes at most of a stream; longer than any datagram may be.
constexpr std::size_t kMaxGathered = 1 << 20;

NetworkWatcher g_watcher = nullptr;

bool is_stream(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

bool may_wait(int fd, int flags) { return (flags & MSG_DONTWAIT) == 0 && !is_nonblocking(fd); }

/// `call(flags)` with MSG_DONTWAIT, again and again until it does not say EAGAIN.
template <class Call>
long transfer(int fd, short events, int flags, Call call) {
  if (!baton::lockstep()) return call(flags);
  long done = call(flags | MSG_DONTWAIT);
  if (done >= 0 || !would_block()) return done;
  if (!may_wait(fd, flags)) {
    vt::spin();
    return -1;
  }
  const std::int64_t deadline = deadline_of(fd, events);
  for (;;) {
    const Woken woken = baton::block(deadline, [&] { return is_ready(fd, events); });
    if (woken == Woken::kRealTime) return call(flags);
    if (woken != Woken::kReady) return ended(woken, EAGAIN);
    done = call(flags | MSG_DONTWAIT);
    if (done >= 0 || !would_block()) return done;
    vt::step();  // another thread took what there was, or poll and the call do not agree
  }
}

/// `call(done, flags)`, which goes on behind the bytes that are done, until all `size` are or there
/// is nothing more to come. As the kernel does by itself where a call may block.
template <class Call>
long transfer_all(int fd, short events, int flags, std::size_t size, Call call) {
  std::size_t done = 0;
  for (;;) {
    const long part = transfer(fd, events, flags, [&](int with) { return call(done, with); });
    if (part <= 0) return done > 0 ? static_cast<long>(done) : part;
    done += static_cast<std::size_t>(part);
    if (done >= size || !may_wait(fd, flags) || !is_stream(fd)) return static_cast<long>(done);
  }
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

/// TCP holds small pieces back until the last one is acknowledged, which the other end may put off for
/// 40 ms of real time. In virtual time that would be for ever, so each piece goes off at once.
void send_at_once(int fd) {
  const int on = 1;
  if (is_internet(fd)) syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int connect_in_lockstep(int fd, const sockaddr* address, socklen_t length) {
  const long flags = syscall(SYS_fcntl, fd, F_GETFL);
  if (flags < 0) return -1;
  send_at_once(fd);
  if ((flags & O_NONBLOCK) != 0) {
    return static_cast<int>(syscall(SYS_connect, fd, address, length));
  }
  syscall(SYS_fcntl, fd, F_SETFL, flags | O_NONBLOCK);
  const long connected = syscall(SYS_connect, fd, address, length);
  const int error = errno;
  syscall(SYS_fcntl, fd, F_SETFL, flags);
  errno = error;
  if (connected == 0 || error != EINPROGRESS) return static_cast<int>(connected);

  std::int64_t deadline = deadline_of(fd, POLLOUT);
  if (deadline == kNever) deadline = vt::after(kConnectTimeout);
  const Woken woken = baton::block(deadline, [&] { return is_ready(fd, POLLOUT); });
  if (woken == Woken::kRealTime) {
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    syscall(SYS_poll, &waiting, 1, left_until(deadline) / kNsPerMs);
    if (!is_ready(fd, POLLOUT)) return ended(woken, ETIMEDOUT);
  } else if (woken != Woken::kReady) {
    return ended(woken, ETIMEDOUT);
  }
  int failed = 0;
  socklen_t size = sizeof failed;
  syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  errno = failed;
  return failed == 0 ? 0 : -1;
}

int accept_any(int fd, sockaddr* address, socklen_t* length, int flags) {
  if (!wait_until_ready(fd, POLLIN)) return -1;
  const int accepted = static_cast<int>(syscall(SYS_accept4, fd, address, length, flags));
  if (accepted >= 0 && vt::mode() != vt::Mode::kOff) send_at_once(accepted);
  return accepted;
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
  const bool whole = (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0;
  const short events = (flags & MSG_OOB) != 0 ? POLLPRI : POLLIN;
  return transfer_all(fd, events, flags, whole ? size : 0, [&](std::size_t done, int with) {
    return syscall(SYS_recvfrom, fd, static_cast<char*>(buffer) + done, size - done, with, from,
                   from_length);
  });
}

ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  return recvfrom(fd, buffer, size, flags, nullptr, nullptr);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  return transfer(fd, POLLIN, flags,
                  [&](int with) { return syscall(SYS_recvmsg, fd, message, with); });
}

ssize_t sendto(int fd, const void* buffer, std::size_t size, int flags, const sockaddr* to,
               socklen_t to_length) {
  watch_send(fd);
  return transfer_all(fd, POLLOUT, flags, size, [&](std::size_t done, int with) {
    return syscall(SYS_sendto, fd, static_cast<const char*>(buffer) + done, size - done, with, to,
                   to_length);
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
  if (!baton::lockstep()) return static_cast<int>(syscall(SYS_connect, fd, address, length));
  // A refused attempt is over within the call, and the worker cannot see it: it is to look at those
  // before, and to decide on this one. At once, so that no other thread comes in between.
  if (address->sa_family == AF_INET) vt::let_worker_look();
  return connect_in_lockstep(fd, address, length);
}

int accept(int fd, sockaddr* __restrict address, socklen_t* __restrict length) {
  return accept_any(fd, address, length, 0);
}

int accept4(int fd, sockaddr* __restrict address, socklen_t* __restrict length, int flags) {
  return accept_any(fd, address, length, flags);
}

ssize_t sendfile64(int fd, int from, off64_t* offset, std::size_t size) {
  watch_send(fd);
  if (!wait_until_ready(fd, POLLOUT)) return -1;
  return syscall(SYS_sendfile, fd, from, offset, size);
}

}  // extern "C"
