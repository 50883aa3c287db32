#include "harness/run/framing.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace assay::run {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kReadBytes = 64 * 1024;
/// What next() has given out is dropped from the front of the buffer once it is this much.
constexpr std::size_t kCompactBytes = 1 << 20;

std::array<char, kHeaderBytes> header_of(std::size_t size) {
  std::array<char, kHeaderBytes> header;
  for (std::size_t i = 0; i < kHeaderBytes; ++i) header[i] = static_cast<char>(size >> (8 * i));
  return header;
}

std::size_t size_in(std::string_view header) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < kHeaderBytes; ++i)
    size |= std::size_t{static_cast<unsigned char>(header[i])} << (8 * i);
  return size;
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return system_error("cannot write to another process of this run", errno);
    pollfd waiting{fd, POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(kFrameWriteTimeout.count()));
    if (ready == 0) return environment_error("another process of this run has stopped reading");
    if (ready < 0 && errno != EINTR) return system_error("poll", errno);
  }
  return success();
}

}  // namespace

Status write_frame(int fd, const Json& document) {
  const std::string text = dump_json(document);
  if (text.size() > kMaxFrameBytes)
    return environment_error("a message of " + std::to_string(text.size()) +
                             " bytes is longer than processes of this run exchange");
  const auto header = header_of(text.size());
  ASSAY_CHECK(write_all(fd, {header.data(), header.size()}));
  return write_all(fd, text);
}

Result<FrameReader::Input> FrameReader::read_from(int fd) {
  for (;;) {
    const std::size_t old_size = buffer_.size();
    buffer_.resize(old_size + kReadBytes);
    const ssize_t n = ::read(fd, buffer_.data() + old_size, kReadBytes);
    const int read_errno = errno;
    buffer_.resize(old_size + static_cast<std::size_t>(n > 0 ? n : 0));
    if (n == 0) return Input::kEnd;
    if (n > 0) {
      // A short read has emptied the socket; a full one may have left something.
      if (static_cast<std::size_t>(n) < kReadBytes) return Input::kOpen;
      pollfd more{fd, POLLIN, 0};
      if (::poll(&more, 1, 0) <= 0) return Input::kOpen;
      if (buffer_.size() - begin_ > kMaxFrameBytes) return Input::kOpen;
      continue;
    }
    if (read_errno == EAGAIN) return Input::kOpen;
    if (read_errno == ECONNRESET) return Input::kEnd;
    if (read_errno != EINTR)
      return system_error("cannot read from another process of this run", read_errno);
  }
}

Result<std::optional<Json>> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (rest.size() < kHeaderBytes) return std::optional<Json>();
  const std::size_t size = size_in(rest.substr(0, kHeaderBytes));
  if (size > kMaxFrameBytes)
    return environment_error("another process of this run announced a message of " +
                             std::to_string(size) + " bytes");
  if (rest.size() < kHeaderBytes + size) return std::optional<Json>();
  ASSAY_TRY(Json document, parse_json(rest.substr(kHeaderBytes, size), "message"));
  begin_ += kHeaderBytes + size;
  if (begin_ == buffer_.size() || begin_ > kCompactBytes) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  return std::optional<Json>(std::move(document));
}

Result<std::optional<Json>> read_frame(int fd, FrameReader& reader) {
  for (;;) {
    ASSAY_TRY(std::optional<Json> document, reader.next());
    if (document) return document;
    ASSAY_TRY(const FrameReader::Input input, reader.read_from(fd));
    if (input == FrameReader::Input::kEnd) return std::optional<Json>();
  }
}

}  // namespace assay::run
