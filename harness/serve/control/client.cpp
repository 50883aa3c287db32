#include "harness/serve/control/client.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace assay::serve {

using warehouse::RequestReader;

std::optional<Client::Asked> Client::read() {
  std::array<char, 16 << 10> buffer;
  while (socket_) {
    const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n <= 0) {
      socket_.reset();  // whatever it had still to be told, nobody listens
      return std::nullopt;
    }
    if (state_ != State::kReading) continue;  // nothing more is asked on this connection
    input_.append(buffer.data(), static_cast<std::size_t>(n));
    if (auto asked = take_request()) return asked;
  }
  if (!streams_ && std::chrono::steady_clock::now() - since_ > kPatience) socket_.reset();
  return std::nullopt;
}

std::optional<Client::Asked> Client::take_request() {
  input_.erase(0, reader_.feed(input_));
  switch (reader_.state()) {
    case RequestReader::State::kNeedsMore:
      return std::nullopt;
    case RequestReader::State::kWaitsForContinue:
      reader_.continue_sent();
      output_ += "HTTP/1.1 100 Continue\r\n\r\n";
      return std::nullopt;
    case RequestReader::State::kComplete:
      state_ = State::kAnswering;
      return Asked{reader_.take(), std::nullopt};
    case RequestReader::State::kRefused: {
      state_ = State::kAnswering;
      const warehouse::Refusal refusal = reader_.refusal();
      return Asked{reader_.take(), refusal};
    }
  }
  return std::nullopt;
}

void Client::answer(std::string_view bytes) { output_ += bytes; }

void Client::begin_stream(std::string_view head) {
  output_ += head;
  streams_ = true;
}

void Client::flush() {
  while (socket_ && !output_.empty()) {
    const ssize_t n =
        ::send(socket_.get(), output_.data(), output_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n < 0) {
      socket_.reset();
      return;
    }
    output_.erase(0, static_cast<std::size_t>(n));
  }
  if (!socket_ || streams_ || state_ != State::kAnswering) return;
  // The other side closes when it has read the answer; closing first could cut it off by a RST.
  ::shutdown(socket_.get(), SHUT_WR);
  state_ = State::kDraining;
}

pollfd Client::poll_fd() const {
  const short events = output_.empty() ? POLLIN : POLLIN | POLLOUT;
  return {socket_.get(), events, 0};
}

}  // namespace assay::serve
