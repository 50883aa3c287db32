#include "mock_warehouse/sql/frames.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>

namespace assay::warehouse::sql {
namespace {

constexpr std::size_t kHeaderBytes = 4;

enum class Read { kWhole, kEnd, kLate };

/// What is left of a bound on waiting.
class Deadline {
 public:
  explicit Deadline(int timeout_ms)
      : none_(timeout_ms < 0),
        at_(std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms)) {}
  int left_ms() const {
    if (none_) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
  }

 private:
  bool none_;
  std::chrono::steady_clock::time_point at_;
};

Result<Read> read_all(int socket, char* bytes, std::size_t size, const Deadline& deadline) {
  for (std::size_t done = 0; done < size;) {
    pollfd ready{socket, POLLIN, 0};
    const int polled = ::poll(&ready, 1, deadline.left_ms());
    if (polled == 0) return Read::kLate;
    const ssize_t n = polled < 0 ? -1 : ::recv(socket, bytes + done, size - done, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0 || (n < 0 && errno == ECONNRESET)) return Read::kEnd;
    if (n < 0) return system_error("reading from the SQL engine's socket", errno);
    done += static_cast<std::size_t>(n);
  }
  return Read::kWhole;
}

}  // namespace

Status send_message(int socket, const Json& message) {
  const std::string text = dump_json(message);
  if (text.size() > kMaxMessageBytes)
    return environment_error("a message of " + std::to_string(text.size()) +
                             " bytes is too large for the SQL engine");
  std::string frame;
  for (std::size_t i = 0; i < kHeaderBytes; ++i)
    frame += static_cast<char>(text.size() >> (8 * i) & 0xFF);
  frame += text;
  for (std::size_t done = 0; done < frame.size();) {
    const ssize_t n = ::send(socket, frame.data() + done, frame.size() - done, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("writing to the SQL engine's socket", errno);
    done += static_cast<std::size_t>(n);
  }
  return success();
}

Result<std::optional<Json>> receive_message(int socket, int timeout_ms) {
  const Deadline deadline(timeout_ms);
  std::array<unsigned char, kHeaderBytes> header{};
  ASSAY_TRY(Read read,
            read_all(socket, reinterpret_cast<char*>(header.data()), header.size(), deadline));
  std::string text;
  if (read == Read::kWhole) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < kHeaderBytes; ++i)
      size |= static_cast<std::size_t>(header[i]) << (8 * i);
    if (size > kMaxMessageBytes) return environment_error("the SQL engine's message is too large");
    text.resize(size);
    ASSAY_TRY(read, read_all(socket, text.data(), size, deadline));
  }
  if (read != Read::kWhole) return std::optional<Json>();
  ASSAY_TRY(Json json, parse_json(text, "a message of the SQL engine"));
  return std::optional<Json>(std::move(json));
}

}  // namespace assay::warehouse::sql
