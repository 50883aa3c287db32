// Random numbers: the same for the same case.

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <string_view>

#include "sandboxes/runner/interpose.h"
#include "sandboxes/runner/random_source.h"

namespace {

/// What a read of /dev/urandom can get from one open().
constexpr std::size_t kDeviceBytes = 64 * 1024;

struct Source {
  std::uint64_t seed = 0;
  pid_t process = 0;
  std::atomic<std::uint64_t> next{0};
};

Source g_source;
std::atomic<bool> g_seeded{false};

bool is_random_device(const char* path) {
  const std::string_view name(path);
  return name == "/dev/urandom" || name == "/dev/random";
}

bool needs_mode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

/// A file without a name, of random bytes, in place of the device. It lies in the scratch space,
/// since a box allows no memfd_create.
int open_device() {
  const int fd =
      static_cast<int>(syscall(SYS_openat, AT_FDCWD, "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd < 0) return fd;
  std::array<char, 4096> bytes;
  for (std::size_t written = 0; written < kDeviceBytes; written += bytes.size()) {
    assay::sandbox::runner::fill_random(bytes.data(), bytes.size());
    syscall(SYS_write, fd, bytes.data(), bytes.size());
  }
  syscall(SYS_lseek, fd, 0, SEEK_SET);
  return fd;
}

int open_any(int folder, const char* path, int flags, mode_t mode) {
  if (assay::sandbox::runner::random_is_seeded() && (flags & O_ACCMODE) == O_RDONLY &&
      is_random_device(path)) {
    return open_device();
  }
  return static_cast<int>(syscall(SYS_openat, folder, path, flags, mode));
}

}  // namespace

namespace assay::sandbox::runner {

void seed_random(std::uint64_t seed) {
  g_source.seed = seed;
  g_source.process = static_cast<pid_t>(syscall(SYS_getpid));
  g_source.next = 0;
  g_seeded = true;
}

bool random_is_seeded() { return g_seeded; }

void fill_random(void* buffer, std::size_t size) {
  // A child process has a copy of the counter: its number keeps it from drawing the same bytes.
  const auto process = static_cast<pid_t>(syscall(SYS_getpid));
  const std::uint64_t child = process == g_source.process ? 0 : static_cast<std::uint64_t>(process);
  auto* out = static_cast<char*>(buffer);
  while (size > 0) {
    const std::uint64_t count = ++g_source.next;
    const std::uint64_t word = mix(mix(g_source.seed + child) + count * 0x9E3779B97F4A7C15u);
    const std::size_t part = std::min(size, sizeof word);
    std::memcpy(out, &word, part);
    out += part;
    size -= part;
  }
}

}  // namespace assay::sandbox::runner

using assay::sandbox::runner::fill_random;
using assay::sandbox::runner::next;
using assay::sandbox::runner::random_is_seeded;

extern "C" {

ssize_t getrandom(void* buffer, std::size_t size, unsigned flags) {
  if (!random_is_seeded()) return syscall(SYS_getrandom, buffer, size, flags);
  fill_random(buffer, size);
  return static_cast<ssize_t>(size);
}

int getentropy(void* buffer, std::size_t size) {
  if (size > 256) {  // as getentropy(3)
    errno = EIO;
    return -1;
  }
  return getrandom(buffer, size, 0) == static_cast<ssize_t>(size) ? 0 : -1;
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = needs_mode(flags) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_any(AT_FDCWD, path, flags, mode);
}

// The C library's two names of each are one function on machines of 64 bits.
int open(const char* path, int flags, ...) __attribute__((alias("open64")));

int openat64(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = needs_mode(flags) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_any(folder, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) __attribute__((alias("openat64")));

/// What open64 is compiled to with _FORTIFY_SOURCE where it makes no file.
int __open64_2(const char* path, int flags) { return open_any(AT_FDCWD, path, flags, 0); }

FILE* fopen64(const char* path, const char* mode) {
  static auto* const real = next<FILE*(const char*, const char*)>("fopen64");
  if (!random_is_seeded() || *mode != 'r' || !is_random_device(path)) return real(path, mode);
  const int fd = open_device();
  return fd < 0 ? nullptr : fdopen(fd, mode);
}

FILE* fopen(const char* path, const char* mode) __attribute__((alias("fopen64")));

}  // extern "C"
