#include "harness/cli/raw_terminal.h"

#include <errno.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "harness/base/last_words.h"

namespace assay::cli {
namespace {

/// What follows an Escape within this time belongs to the same key.
constexpr int kEscapeMs = 50;

/// As it was before; global, since whoever restores it in a hurry has nothing else.
termios g_before;

void restore() { (void)::tcsetattr(STDIN_FILENO, TCSANOW, &g_before); }

bool has_input(int timeout_ms) {
  pollfd fd{STDIN_FILENO, POLLIN, 0};
  return ::poll(&fd, 1, timeout_ms) > 0;
}

std::size_t sequence_length(unsigned char first) {
  if (first >= 0xF0) return 4;
  if (first >= 0xE0) return 3;
  return first >= 0xC0 ? 2 : 1;
}

}  // namespace

Result<RawTerminal> RawTerminal::enter() {
  if (::tcgetattr(STDIN_FILENO, &g_before) != 0)
    return input_error("this needs a terminal to ask at", {},
                       "From a script or a pipe, say what to mark: --set INDICATOR=VERDICT.");
  termios raw = g_before;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;
  if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) != 0) return system_error("tcsetattr", errno);
  on_failed_assertion(restore);
  RawTerminal terminal;
  terminal.owns_ = true;
  return terminal;
}

RawTerminal::RawTerminal(RawTerminal&& other) noexcept
    : owns_(std::exchange(other.owns_, false)), bytes_(std::move(other.bytes_)) {}

RawTerminal::~RawTerminal() {
  if (!owns_) return;
  on_failed_assertion(nullptr);
  restore();
}

Result<std::optional<std::string>> RawTerminal::next_key(int stop_fd) {
  while (bytes_.empty()) {
    std::array<pollfd, 2> fds{{{stop_fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return system_error("poll", errno);
    }
    if ((fds[0].revents & POLLIN) != 0) return std::optional<std::string>();
    if (fds[1].revents == 0) continue;
    if (!read_more()) return std::optional<std::string>();
  }
  return std::optional<std::string>(take_key());
}

bool RawTerminal::read_more() {
  std::array<char, 256> piece;
  const ssize_t n = ::read(STDIN_FILENO, piece.data(), piece.size());
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;  // the other side is gone
  bytes_.append(piece.data(), static_cast<std::size_t>(n));
  return true;
}

std::string RawTerminal::take_key() {
  const auto first = static_cast<unsigned char>(bytes_[0]);
  if (first == 0x1B) return take_escape();
  const std::size_t length = sequence_length(first);
  while (bytes_.size() < length && has_input(kEscapeMs) && read_more()) {
  }
  std::string key = bytes_.substr(0, length);
  bytes_.erase(0, key.size());
  if (key == "\r") return "\n";
  if (key == "\b") return "\x7f";
  return key;
}

std::string RawTerminal::take_escape() {
  if (bytes_.size() == 1 && has_input(kEscapeMs) && !read_more()) return "\x1b";
  if (bytes_.size() == 1) {
    bytes_.clear();
    return "\x1b";
  }
  // An arrow or the like: ESC [ … letter, or ESC O letter. It means nothing here.
  std::size_t end = 1;
  if (bytes_[1] == '[' || bytes_[1] == 'O') {
    end = 2;
    while (end < bytes_.size() && (bytes_[end] < '@' || bytes_[end] > '~')) ++end;
    end = std::min(end + 1, bytes_.size());
  } else {
    bytes_.erase(0, 1);
    return "\x1b";
  }
  bytes_.erase(0, end);
  return "";
}

}  // namespace assay::cli
