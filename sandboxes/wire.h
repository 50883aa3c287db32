#pragma once

// Datagrams of protocol.h over a SOCK_SEQPACKET socket: one message in, one message out, with
// descriptors where the message has some. Used on both sides of a box, from one thread a socket.
//
// In: a socket that the caller owns. Out: messages; descriptors that arrive belong to the caller.

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/unique_fd.h"
#include "sandboxes/protocol.h"

namespace assay::sandbox::wire {

/// More descriptors than any message of ours has; what comes beyond them is closed by the kernel.
inline constexpr std::size_t kMaxDescriptors = 4;

struct Message {
  std::uint8_t type = 0;  ///< a protocol::MessageType, or anything at all where it is from a box
  std::string payload;
  std::vector<UniqueFd> descriptors;
};

enum class Receive {
  kMessage,
  kNothingYet,  ///< only from a non-blocking read
  kClosed,      ///< end of file
  kBroken,      ///< an error of the socket, or a message longer than kMaxMessage
};

/// Reads one message. One that is too long is kBroken: the other side never sends such. An empty
/// one cannot be told from the end of the stream and reads as kClosed.
Receive receive(int socket, Message& message, bool wait);

enum class Send {
  kSent,
  kFull,    ///< only from a non-blocking send
  kClosed,  ///< nobody reads any more
};

Send send(int socket, protocol::MessageType type, std::string_view payload,
          std::span<const int> descriptors = {}, bool wait = true);

/// A connected pair, close-on-exec.
std::optional<std::pair<UniqueFd, UniqueFd>> make_pair();

/// Integers of a payload, little-endian and unaligned.
class Reader {
 public:
  explicit Reader(const std::string& payload) : payload_(payload) {}

  std::uint8_t u8() { return take<std::uint8_t>(); }
  std::uint32_t u32() { return take<std::uint32_t>(); }
  std::int32_t i32() { return take<std::int32_t>(); }
  std::int64_t i64() { return take<std::int64_t>(); }
  /// All that is left.
  std::string rest() {
    std::string text = payload_.substr(at_);
    at_ = payload_.size();
    return text;
  }

  /// Nothing was asked for that was not there.
  bool ok() const { return ok_; }
  bool at_end() const { return at_ == payload_.size(); }

 private:
  template <class T>
  T take() {
    T value{};
    if (payload_.size() - at_ < sizeof value) {
      ok_ = false;
      at_ = payload_.size();
      return value;
    }
    std::memcpy(&value, payload_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  const std::string& payload_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

/// The same backwards.
class Writer {
 public:
  Writer& u8(std::uint8_t v) { return put(v); }
  Writer& u32(std::uint32_t v) { return put(v); }
  Writer& i32(std::int32_t v) { return put(v); }
  Writer& i64(std::int64_t v) { return put(v); }
  Writer& text(std::string_view v) {
    bytes_.append(v);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  template <class T>
  Writer& put(T value) {
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes_.append(raw, sizeof value);
    return *this;
  }

  std::string bytes_;
};

}  // namespace assay::sandbox::wire
