// Read and write on whatever may block, and locks on files.

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "sandboxes/runner/descriptor_wait.h"
#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/timer_descriptors.h"

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

/// A pipe, an eventfd, a terminal: a write can wait there for room.
bool has_bounded_room(int fd) {
  struct stat file {};
  return fstat(fd, &file) == 0 && !S_ISREG(file.st_mode);
}

long write_bytes(int fd, const char* bytes, std::size_t size) {
  return write_all(fd, size, [&](std::size_t done) {
    return syscall(SYS_write, fd, bytes + done, size - done);
  });
}

std::string joined(const iovec* parts, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  return bytes;
}

/// Takes a lock on a file by `attempt`, which gives 0 where it has it. The lock belongs to the open
/// file, or to the process, so it does not matter which thread takes it.
template <class Attempt, class Real>
int take_lock(Attempt attempt, Real real) {
  if (!baton::lockstep()) return real();
  int done = attempt();
  if (done == 0 || (!would_block() && errno != EACCES)) return done;
  const Woken woken = baton::block(kNever, assay::model::WaitFor::kLock, [&] {
    done = attempt();
    return done == 0;
  });
  if (woken == Woken::kRealTime) return real();
  return woken == Woken::kReady ? 0 : ended(woken, EINTR);
}

/// As it tries what `command` waits for; 0 where that does not wait.
int trying(int command) {
  switch (command) {
    case F_SETLKW:
      return F_SETLK;
    case F_OFD_SETLKW:
      return F_OFD_SETLK;
    default:
      return 0;
  }
}

}  // namespace

extern "C" {

ssize_t read(int fd, void* buffer, std::size_t size) {
  if (size > 0 && !wait_until_ready(fd, POLLIN)) return -1;
  const long got = syscall(SYS_read, fd, buffer, size);
  if (baton::lockstep()) timer_descriptors::was_read(fd, buffer, got);
  return got;
}

ssize_t readv(int fd, const iovec* parts, int count) {
  if (!wait_until_ready(fd, POLLIN)) return -1;
  return syscall(SYS_readv, fd, parts, count);
}

int eventfd_read(int fd, eventfd_t* value) {
  return read(fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}

ssize_t write(int fd, const void* buffer, std::size_t size) {
  if (is_output(fd) || !baton::lockstep()) return syscall(SYS_write, fd, buffer, size);
  const ssize_t sent = sendto(fd, buffer, size, 0, nullptr, 0);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  if (!has_bounded_room(fd)) return syscall(SYS_write, fd, buffer, size);
  return write_bytes(fd, static_cast<const char*>(buffer), size);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  if (is_output(fd) || !baton::lockstep()) return syscall(SYS_writev, fd, parts, count);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = static_cast<std::size_t>(count);
  const ssize_t sent = sendmsg(fd, &message, 0);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  if (!has_bounded_room(fd)) return syscall(SYS_writev, fd, parts, count);
  const std::string bytes = joined(parts, count);
  return write_bytes(fd, bytes.data(), bytes.size());
}

int eventfd_write(int fd, eventfd_t value) {
  return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}

int flock(int fd, int operation) noexcept {
  const auto attempt = [&](int with) { return static_cast<int>(syscall(SYS_flock, fd, with)); };
  if ((operation & LOCK_NB) != 0) return attempt(operation);
  return take_lock([&] { return attempt(operation | LOCK_NB); },
                   [&] { return attempt(operation); });
}

/// A lock of the process can wait as well: for one of an open file (F_OFD_SETLK) of the same
/// process.
int fcntl64(int fd, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* const argument = va_arg(rest, void*);
  va_end(rest);
  static auto* const real = next<int(int, int, ...)>("fcntl64");
  const auto call = [&](int with) { return real(fd, with, argument); };
  const int attempt = trying(command);
  if (attempt == 0) return call(command);
  return take_lock([&] { return call(attempt); }, [&] { return call(command); });
}

// The C library's two names of each are one function on machines of 64 bits.
int fcntl(int fd, int command, ...) __attribute__((alias("fcntl64")));

int lockf64(int fd, int command, off64_t size) {
  static auto* const real = next<int(int, int, off64_t)>("lockf64");
  if (command != F_LOCK) return real(fd, command, size);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_CUR;
  lock.l_len = size;
  return fcntl64(fd, F_SETLKW, &lock);
}

int lockf(int fd, int command, off_t size) __attribute__((alias("lockf64")));

}  // extern "C"
