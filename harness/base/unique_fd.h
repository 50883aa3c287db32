#pragma once

// A file descriptor with one owner. Every descriptor of ours is created with O_CLOEXEC (or its
// like) and put into one of these at once; no class has a raw descriptor as a member.

#include <unistd.h>

#include <utility>

namespace assay {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  bool valid() const { return fd_ >= 0; }
  explicit operator bool() const { return valid(); }
  int get() const { return fd_; }

  /// Gives the descriptor up; the caller owns it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  /// Closes what is held and takes `fd`. close(2) is not repeated after EINTR: Linux has closed the
  /// descriptor by then, and another thread may own the number.
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

}  // namespace assay
