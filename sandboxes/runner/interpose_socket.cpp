// Sockets. In kLockstep each call is made with MSG_DONTWAIT, again and again.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sandboxes/runner/descriptor_wait.h"
#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/network_watch.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
/// What Linux makes of its default of six SYN packets (tcp_syn_retries, tcp(7)).
constexpr std::int64_t kConnectTimeout = 127 * kNsPerSecond;
/// What is copied together at a time of a message in parts; longer than any datagram may be.
constexpr std::size_t kMaxGathered = 1 << 20;

NetworkWatcher g_watcher = nullptr;

bool is_stream(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

bool may_wait(int fd, int flags) { return (flags & MSG_DONTWAIT) == 0 && !is_nonblocking(fd); }

/// When a call gives up, as deadline_of says; asked once it has to wait. All parts of it share one.
using Deadline = std::optional<std::int64_t>;

/// `call(flags)` with MSG_DONTWAIT, again and again until it does not say EAGAIN.
template <class Call>
long transfer(int fd, short events, int flags, Deadline& deadline, Call call) {
  if (!baton::lockstep()) return call(flags);
  long done = call(flags | MSG_DONTWAIT);
  if (done >= 0 || !would_block()) return done;
  if (!may_wait(fd, flags)) {
    vt::spin();
    return -1;
  }
  if (!deadline) deadline = deadline_of(fd, events);
  for (;;) {
    const Woken woken =
        baton::block(*deadline, waits_for(fd, events), [&] { return is_ready(fd, events); });
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
  Deadline deadline;
  std::size_t done = 0;
  for (;;) {
    const long part =
        transfer(fd, events, flags, deadline, [&](int with) { return call(done, with); });
    if (part <= 0) return done > 0 ? static_cast<long>(done) : part;
    done += static_cast<std::size_t>(part);
    if (done >= size || !may_wait(fd, flags) || !is_stream(fd)) return static_cast<long>(done);
  }
}

/// Of a receive: how many bytes it waits for, of those that were asked for. 0: for whatever comes.
std::size_t awaited(int flags, std::size_t size) {
  return (flags & MSG_WAITALL) != 0 && (flags & MSG_PEEK) == 0 ? size : 0;
}

/// Urgent bytes and what is in the queue of errors are never waited for, whatever the socket is.
int receiving(int flags) {
  return (flags & (MSG_OOB | MSG_ERRQUEUE)) != 0 ? flags | MSG_DONTWAIT : flags;
}

std::size_t size_of(const msghdr& message) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < message.msg_iovlen; ++i) size += message.msg_iov[i].iov_len;
  return size;
}

/// The parts of a message behind its first bytes.
std::vector<iovec> behind(const msghdr& message, std::size_t done) {
  std::vector<iovec> parts(message.msg_iov, message.msg_iov + message.msg_iovlen);
  for (iovec& part : parts) {
    const std::size_t skipped = std::min(done, part.iov_len);
    part.iov_base = static_cast<char*>(part.iov_base) + skipped;
    part.iov_len -= skipped;
    done -= skipped;
  }
  return parts;
}

/// What stands behind the first `done` bytes of a message, or its beginning.
std::string gathered(const msghdr& message, std::size_t done) {
  std::string bytes;
  for (const iovec& part : behind(message, done)) {
    const std::size_t room = kMaxGathered - bytes.size();
    bytes.append(static_cast<const char*>(part.iov_base), std::min(part.iov_len, room));
  }
  return bytes;
}

/// TCP holds small pieces back until the last one is acknowledged, which the other end may put off
/// for 40 ms of real time. In virtual time that would be for ever, so each piece goes off at once.
void send_at_once(int fd) {
  const int on = 1;
  if (is_internet(fd)) syscall(SYS_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int connect_now(int fd, const sockaddr* address, socklen_t length) {
  const NonBlocking now(fd);
  return static_cast<int>(syscall(SYS_connect, fd, address, length));
}

/// A socket of AF_UNIX waits for room in the queue of who listens; no poll tells when there is
/// some.
int connect_when_there_is_room(int fd, const sockaddr* address, socklen_t length) {
  int connected = -1;
  int error = EAGAIN;
  const Woken woken = baton::block(deadline_of(fd, POLLOUT), assay::model::WaitFor::kEvents, [&] {
    connected = connect_now(fd, address, length);
    error = errno;
    return connected == 0 || error != EAGAIN;
  });
  if (woken == Woken::kRealTime) {
    return static_cast<int>(syscall(SYS_connect, fd, address, length));
  }
  if (woken != Woken::kReady) return ended(woken, EAGAIN);
  errno = error;
  return connected;
}

int result_of_connecting(int fd) {
  int failed = 0;
  socklen_t size = sizeof failed;
  syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  errno = failed;
  return failed == 0 ? 0 : -1;
}

std::int64_t deadline_of_connecting(int fd) {
  const std::int64_t deadline = deadline_of(fd, POLLOUT);
  return deadline == kNever ? vt::after(kConnectTimeout) : deadline;
}

int connect_in_lockstep(int fd, const sockaddr* address, socklen_t length) {
  send_at_once(fd);
  if (is_nonblocking(fd)) return static_cast<int>(syscall(SYS_connect, fd, address, length));
  const int connected = connect_now(fd, address, length);
  if (connected != 0 && errno == EAGAIN) return connect_when_there_is_room(fd, address, length);
  if (connected == 0 || errno != EINPROGRESS) return connected;

  const std::int64_t deadline = deadline_of_connecting(fd);
  const Woken woken =
      baton::block(deadline, waits_for(fd, POLLOUT), [&] { return is_ready(fd, POLLOUT); });
  if (woken == Woken::kRealTime) {
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    syscall(SYS_poll, &waiting, 1, left_until(deadline) / kNsPerMs);
    if (!is_ready(fd, POLLOUT)) return ended(woken, ETIMEDOUT);
  } else if (woken != Woken::kReady) {
    return ended(woken, ETIMEDOUT);
  }
  return result_of_connecting(fd);
}

/// In kReal that was asked for: the worker looks before and after the attempt, as in lockstep, and
/// the system's own timeout passes at the clock's speed.
int connect_for_real(int fd, const sockaddr* address, socklen_t length) {
  send_at_once(fd);
  vt::let_worker_look_for_real();
  const bool waits = !is_nonblocking(fd);
  const int connected = waits ? connect_now(fd, address, length)
                              : static_cast<int>(syscall(SYS_connect, fd, address, length));
  vt::let_worker_look_for_real();
  if (!waits || connected == 0 || errno != EINPROGRESS) return connected;
  const timespec left = to_timespec(vt::to_real(left_until(deadline_of_connecting(fd))));
  pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
  const long ready = syscall(SYS_ppoll, &waiting, 1, &left, nullptr, sizeof(std::uint64_t));
  if (ready == 0) return ended(Woken::kDeadline, ETIMEDOUT);
  return ready < 0 ? -1 : result_of_connecting(fd);
}

/// Of an option that is a duration of ours.
bool is_timeout(int level, int option, const void* value, std::size_t size) {
  return vt::is_fast() && level == SOL_SOCKET && (option == SO_RCVTIMEO || option == SO_SNDTIMEO) &&
         value != nullptr && size >= sizeof(timeval);
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

void watch_send(int fd) {
  if (g_watcher != nullptr && is_internet(fd)) network_was_used();
}

}  // namespace assay::sandbox::runner

extern "C" {

ssize_t recvfrom(int fd, void* __restrict buffer, std::size_t size, int flags,
                 sockaddr* __restrict from, socklen_t* __restrict from_length) {
  const auto call = [&](std::size_t done, int with) {
    return syscall(SYS_recvfrom, fd, static_cast<char*>(buffer) + done, size - done, with, from,
                   from_length);
  };
  return transfer_all(fd, POLLIN, receiving(flags), awaited(flags, size), call);
}

ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  return recvfrom(fd, buffer, size, flags, nullptr, nullptr);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  const msghdr given = *message;
  const auto call = [&](std::size_t done, int with) {
    // Descriptors that come along end a message, as in the kernel.
    if (done > 0 && message->msg_controllen > 0) return 0L;
    std::vector<iovec> parts = behind(given, done);
    msghdr rest = given;
    rest.msg_iov = parts.data();
    const long got = syscall(SYS_recvmsg, fd, &rest, with);
    if (got < 0) return got;
    message->msg_namelen = rest.msg_namelen;
    message->msg_controllen = rest.msg_controllen;
    message->msg_flags = rest.msg_flags;
    return got;
  };
  return transfer_all(fd, POLLIN, receiving(flags), awaited(flags, size_of(given)), call);
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

/// By sendto where it can be: the filter of a box (sandboxes/box/layers/seccomp.cpp) refuses
/// sendmsg, which passes descriptors on. The runner itself, which has no filter, passes some.
ssize_t sendmsg(int fd, const msghdr* message, int flags) {
  if (message->msg_controllen > 0) return syscall(SYS_sendmsg, fd, message, flags);
  watch_send(fd);
  return transfer_all(fd, POLLOUT, flags, size_of(*message), [&](std::size_t done, int with) {
    const std::string bytes = gathered(*message, done);
    return syscall(SYS_sendto, fd, bytes.data(), bytes.size(), with, message->msg_name,
                   message->msg_namelen);
  });
}

int connect(int fd, const sockaddr* address, socklen_t length) {
  if (g_watcher != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6)) {
    network_was_used();
  }
  if (!baton::lockstep()) {
    if (vt::is_asked_real_time() && address->sa_family == AF_INET) {
      return connect_for_real(fd, address, length);
    }
    return static_cast<int>(syscall(SYS_connect, fd, address, length));
  }
  // A refused attempt is over within the call, and the worker cannot see it: it is to look at those
  // before, and to decide on this one. At once, so that no other thread comes in between.
  if (address->sa_family == AF_INET) vt::let_worker_look();
  return connect_in_lockstep(fd, address, length);
}

int setsockopt(int fd, int level, int option, const void* value, socklen_t size) noexcept {
  timeval real{};
  if (is_timeout(level, option, value, size)) {
    real = to_timeval(vt::to_real_us(to_ns(*static_cast<const timeval*>(value))));
    value = &real;
    size = sizeof real;
  }
  return static_cast<int>(syscall(SYS_setsockopt, fd, level, option, value, size));
}

int getsockopt(int fd, int level, int option, void* __restrict value,
               socklen_t* __restrict size) noexcept {
  const int failed = static_cast<int>(syscall(SYS_getsockopt, fd, level, option, value, size));
  if (failed == 0 && is_timeout(level, option, value, *size)) {
    auto& timeout = *static_cast<timeval*>(value);
    timeout = to_timeval(vt::from_real(to_ns(timeout)));
  }
  return failed;
}

int accept(int fd, sockaddr* __restrict address, socklen_t* __restrict length) {
  return accept_any(fd, address, length, 0);
}

int accept4(int fd, sockaddr* __restrict address, socklen_t* __restrict length, int flags) {
  return accept_any(fd, address, length, flags);
}

}  // extern "C"
