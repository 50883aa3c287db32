#include "sandboxes/runner/channel.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <span>

namespace assay::sandbox::runner {
namespace {

using protocol::kMaxMessage;
using protocol::kMaxPiece;
using protocol::MessageType;

using Buffer = std::array<char, kMaxMessage>;
/// Holds every message but pieces.
constexpr std::size_t kSmall = 512;

std::string_view receive(int channel, MessageType expected, std::span<char> buffer) {
  long got = 0;
  do {
    got = syscall(SYS_recvfrom, channel, buffer.data(), buffer.size(), 0, nullptr, nullptr);
  } while (got < 0 && errno == EINTR);
  if (got < 1 || static_cast<MessageType>(buffer[0]) != expected) leave(kExitChannelLost);
  return {buffer.data() + 1, static_cast<std::size_t>(got) - 1};
}

template <std::size_t kSize>
[[gnu::noinline]] void send_by(int channel, MessageType type, std::string_view payload) {
  std::array<char, kSize> buffer;
  if (payload.size() >= buffer.size()) leave(kExitChannelLost);
  buffer[0] = static_cast<char>(type);
  std::memcpy(buffer.data() + 1, payload.data(), payload.size());
  const std::size_t length = payload.size() + 1;
  long sent = 0;
  do {
    sent = syscall(SYS_sendto, channel, buffer.data(), length, MSG_NOSIGNAL, nullptr, 0);
  } while (sent < 0 && errno == EINTR);
  if (sent != static_cast<long>(length)) leave(kExitChannelLost);
}

}  // namespace

void leave(int status) {
  for (;;) syscall(SYS_exit_group, status);
}

std::int64_t monotonic_ns() {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

void append_i64(std::string& out, std::int64_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void send_message(int channel, MessageType type, std::string_view payload) {
  // A thread may have a stack of no more than 32 KiB.
  if (payload.size() < kSmall) return send_by<kSmall>(channel, type, payload);
  send_by<kMaxMessage>(channel, type, payload);
}

void send_pieces(int channel, MessageType type, std::string_view bytes) {
  std::string piece;
  bool last = false;
  while (!last) {
    const std::string_view part = bytes.substr(0, std::min(bytes.size(), kMaxPiece));
    bytes.remove_prefix(part.size());
    last = bytes.empty();
    piece.assign(1, last ? '\1' : '\0');
    piece.append(part);
    send_message(channel, type, piece);
  }
}

std::string receive_pieces(int channel, MessageType type) {
  std::string bytes;
  Buffer buffer;
  for (;;) {
    const std::string_view piece = receive(channel, type, buffer);
    if (piece.empty() || bytes.size() + piece.size() > kMaxJobBytes) leave(kExitChannelLost);
    bytes.append(piece.substr(1));
    if (piece[0] != '\0') return bytes;
  }
}

std::int64_t wait_for_grant(int channel) {
  std::array<char, kSmall> buffer;
  const std::string_view payload = receive(channel, MessageType::kGrant, buffer);
  std::int64_t clock = 0;
  if (payload.size() != sizeof clock) leave(kExitChannelLost);
  std::memcpy(&clock, payload.data(), sizeof clock);
  return clock;
}

std::int64_t ask_for_time(int channel, std::int64_t clock, std::int64_t deadline,
                          std::string_view waits) {
  constexpr std::size_t kTimes = 2 * sizeof clock;
  std::array<char, kTimes + protocol::kMaxWaitEntries * protocol::kWaitEntryBytes> payload;
  static_assert(payload.size() < kSmall);
  if (kTimes + waits.size() > payload.size()) leave(kExitChannelLost);
  std::memcpy(payload.data(), &clock, sizeof clock);
  std::memcpy(payload.data() + sizeof clock, &deadline, sizeof deadline);
  std::memcpy(payload.data() + kTimes, waits.data(), waits.size());
  send_message(channel, MessageType::kBlocked, {payload.data(), kTimes + waits.size()});
  return wait_for_grant(channel);
}

}  // namespace assay::sandbox::runner
