#include "mock_warehouse/session/connection.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "mock_warehouse/limits.h"

namespace assay::warehouse {

using model::WireEnd;

Connection::Connection(UniqueFd socket, int number) : socket_(std::move(socket)), number_(number) {}

bool Connection::pump(VirtualTime now, Responder& responder) {
  bool progress = false;
  std::size_t total = 0;
  while (!closed()) {
    const std::size_t read = read_input();
    const bool may_hold_more = input_.size() >= kMaxPipelinedBytes;
    total += read;
    if (read > 0) responder.received(read);
    bool advanced = false;
    while (!closed() && advance(now, responder)) advanced = true;
    progress |= advanced || read > 0;
    if (read == 0 || !may_hold_more || total >= kMaxReadBytes) break;
  }
  return progress;
}

/// Reads until the socket is empty or enough waits; says how much came.
std::size_t Connection::read_input() {
  std::array<char, 16 << 10> buffer;
  std::size_t total = 0;
  while (!end_of_input_ && !broken_ && input_.size() < kMaxPipelinedBytes) {
    const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n > 0) {
      input_.append(buffer.data(), static_cast<std::size_t>(n));
      total += static_cast<std::size_t>(n);
    } else if (n == 0) {
      end_of_input_ = true;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      broken_ = true;
    }
  }
  return total;
}

/// One move of the state machine; false where nothing can be done now.
bool Connection::advance(VirtualTime now, Responder& responder) {
  if (draining_) {
    input_.clear();
    if (!end_of_input_ && !broken_) return false;
    close();
    return true;
  }
  return player_ ? play(now, responder) : take_request(now, responder);
}

bool Connection::take_request(VirtualTime now, Responder& responder) {
  const std::size_t used = reader_.feed(input_);
  input_.erase(0, used);
  switch (reader_.state()) {
    case RequestReader::State::kNeedsMore:
      if (end_of_input_ || broken_) {
        close();
        return true;
      }
      return wait_for_rest(now);
    case RequestReader::State::kWaitsForContinue:
      reader_.continue_sent();
      // RFC 9110, section 10.1.1: no 100 is needed once some of the body has come.
      if (input_.empty()) begin({std::nullopt, {{Send{"HTTP/1.1 100 Continue\r\n\r\n"}}, {}}}, now);
      return true;
    case RequestReader::State::kComplete:
      ++requests_;
      begun_.reset();
      begin(responder.answer(reader_.take(), {number_, requests_, now}), now);
      return true;
    case RequestReader::State::kRefused: {
      ++requests_;
      begun_.reset();
      const Refusal refusal = reader_.refusal();
      begin(responder.refuse(reader_.take(), refusal, {number_, requests_, now}), now);
      return true;
    }
  }
  return false;
}

/// RFC 9110, section 15.5.9: whoever does not send all of a request in time is told 408. True where
/// that is so.
bool Connection::wait_for_rest(VirtualTime now) {
  if (!reader_.begun()) return false;
  if (!begun_) begun_ = now;
  if (now < *begun_ + kRequestPatience) return false;
  reader_.time_out();
  return true;
}

void Connection::begin(Responder::Exchange exchange, VirtualTime now) {
  player_.emplace(std::move(exchange.program), now);
  record_ = exchange.record;
  bytes_sent_ = 0;
}

bool Connection::play(VirtualTime now, Responder& responder) {
  const WirePlayer::Due due = player_->due(now);
  switch (due.kind) {
    case WirePlayer::Due::Kind::kSend:
      return send_some(due.bytes, now, responder);
    case WirePlayer::Due::Kind::kWait:
    case WirePlayer::Due::Kind::kHang:
      if (!end_of_input_ && !broken_) return false;
      end_answer(WireEnd::kClientClosed, now, responder);
      close();
      return true;
    case WirePlayer::Due::Kind::kReset:
      end_answer(WireEnd::kRst, now, responder);
      reset();
      return true;
    case WirePlayer::Due::Kind::kFin: {
      end_answer(client_has_reset() ? WireEnd::kClientClosed : WireEnd::kFin, now, responder);
      ::shutdown(socket_.get(), SHUT_WR);
      draining_ = true;
      return true;
    }
    case WirePlayer::Due::Kind::kOver:
      end_answer(client_has_reset() ? WireEnd::kClientClosed : WireEnd::kKeepAlive, now, responder);
      return true;
  }
  return false;
}

bool Connection::send_some(std::string_view bytes, VirtualTime now, Responder& responder) {
  ssize_t n;
  do {
    n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  blocked_ = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  if (blocked_) {
    player_->sent(0, now);
    return false;
  }
  if (n < 0) {
    end_answer(WireEnd::kClientClosed, now, responder);
    close();
    return true;
  }
  bytes_sent_ += n;
  if (record_) responder.sent(*record_, player_->status(), bytes_sent_);
  player_->sent(static_cast<std::size_t>(n), now);
  return true;
}

void Connection::end_answer(WireEnd end, VirtualTime now, Responder& responder) {
  if (record_) responder.ended(*record_, end, now);
  record_.reset();
  player_.reset();
}

/// Whether a client that had closed before its answer was sent has refused the answer by a RST.
bool Connection::client_has_reset() const {
  if (!end_of_input_) return broken_;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error != 0;
}

/// A close with SO_LINGER 0 sends a RST in the place of a FIN (tcp(7)).
void Connection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

std::optional<VirtualTime> Connection::next_event() const {
  if (closed()) return std::nullopt;
  if (player_) return player_->next_event();
  if (begun_) return *begun_ + kRequestPatience;
  return std::nullopt;
}

pollfd Connection::poll_fd() const {
  short events = 0;
  if (!end_of_input_ && !broken_ && input_.size() < kMaxPipelinedBytes) events |= POLLIN;
  if (blocked_) events |= POLLOUT;
  return {socket_.get(), events, 0};
}

}  // namespace assay::warehouse
