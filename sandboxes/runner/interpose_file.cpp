// Read and write on whatever may block, and locks on files.

#include <fcntl.h>
#include <poll.h>
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

namespace vt = assay::sandbox::runner::virtual_time;
using namespace assay::sandbox::runner;

namespace {

/// A pipe, an eventfd, a terminal: a write can wait there for room.
bool has_bounded_room(int fd) {
  struct stat file {};
  return fstat(fd, &file) == 0 && !S_ISREG(file.st_mode);
}

/// Of a pipe, with O_NONBLOCK for as long as the call lasts: a write of more than there is room for
/// waits in the kernel otherwise.
long write_what_fits(int fd, const char* bytes, std::size_t size) {
  const long flags = syscall(SYS_fcntl, fd, F_GETFL);
  syscall(SYS_fcntl, fd, F_SETFL, flags | O_NONBLOCK);
  const long done = syscall(SYS_write, fd, bytes, size);
  const int error = errno;
  syscall(SYS_fcntl, fd, F_SETFL, flags);
  errno = error;
  return done;
}

long write_all(int fd, const char* bytes, std::size_t size) {
  if (is_nonblocking(fd)) {
    const long done = syscall(SYS_write, fd, bytes, size);
    if (done < 0 && would_block()) vt::spin();
    return done;
  }
  for (std::size_t done = 0;;) {
    const long part = write_what_fits(fd, bytes + done, size - done);
    if (part >= 0) done += static_cast<std::size_t>(part);
    if (part < 0 && !would_block()) return done > 0 ? static_cast<long>(done) : -1;
    if (done >= size) return static_cast<long>(done);
    const Woken woken = baton::block(kNever, [&] { return is_ready(fd, POLLOUT); });
    if (woken == Woken::kRealTime) return write(fd, bytes + done, size - done);
    if (woken == Woken::kSignal) return done > 0 ? static_cast<long>(done) : ended(woken, EINTR);
  }
}

std::string joined(const iovec* parts, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  return bytes;
}

/// stdout and stderr are read by the worker at any time: they block for real, and not for long.
bool is_output(int fd) { return fd == STDOUT_FILENO || fd == STDERR_FILENO; }

}  // namespace

extern "C" {

ssize_t read(int fd, void* buffer, std::size_t size) {
  if (!wait_until_ready(fd, POLLIN)) return -1;
  return syscall(SYS_read, fd, buffer, size);
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
  return write_all(fd, static_cast<const char*>(buffer), size);
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
  return write_all(fd, bytes.data(), bytes.size());
}

int eventfd_write(int fd, eventfd_t value) {
  return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}

int flock(int fd, int operation) noexcept {
  const auto attempt = [&](int with) { return static_cast<int>(syscall(SYS_flock, fd, with)); };
  if (!baton::lockstep() || (operation & LOCK_NB) != 0) return attempt(operation);
  int done = attempt(operation | LOCK_NB);
  if (done == 0 || !would_block()) return done;
  // The lock belongs to the open file, so it does not matter which thread takes it.
  const Woken woken = baton::block(kNever, [&] {
    done = attempt(operation | LOCK_NB);
    return done == 0;
  });
  if (woken == Woken::kRealTime) return attempt(operation);
  return woken == Woken::kReady ? 0 : ended(woken, EINTR);
}

}  // extern "C"
