#pragma once

// One connection to the control page: one request, and its answer or a stream of events.
//
// Theory of operation. It reads until a request is whole, is given the bytes of the answer, sends
// them as the other side takes them, then says that it is through and waits for the other side to
// say so, too, for a while. A stream goes on until the other side closes. Nothing blocks. Used from
// the thread of the page that owns it.

#include <poll.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/unique_fd.h"
#include "mock_warehouse/session/request_reader.h"

namespace assay::serve {

/// Of a request that is not whole, or of a client that does not close: then it is closed.
inline constexpr std::chrono::seconds kPatience{30};
/// Bytes of a stream that wait for the other side; more are made when these are gone.
inline constexpr std::size_t kMaxUnsentBytes = 256 << 10;

class Client {
 public:
  /// `socket` is non-blocking.
  explicit Client(UniqueFd socket) : socket_(std::move(socket)) {}

  struct Asked {
    warehouse::HttpRequest request;
    std::optional<warehouse::Refusal> refusal;  ///< why it cannot be read
  };
  /// Reads what has come. The request, once, when it is whole or refused; it is to be answered.
  std::optional<Asked> read();

  /// The whole answer; the connection ends behind it.
  void answer(std::string_view bytes);
  /// An answer that goes on.
  void begin_stream(std::string_view head);
  /// Of a stream: whether it can take more now.
  bool has_room() const { return streams_ && output_.size() < kMaxUnsentBytes; }
  void add(std::string_view bytes) { output_ += bytes; }

  /// Sends what can be sent.
  void flush();

  bool streams() const { return streams_; }
  bool closed() const { return !socket_; }
  pollfd poll_fd() const;

 private:
  enum class State { kReading, kAnswering, kDraining };

  std::optional<Asked> take_request();

  UniqueFd socket_;
  State state_ = State::kReading;
  bool streams_ = false;
  std::string input_;
  std::string output_;
  warehouse::RequestReader reader_;
  const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace assay::serve
