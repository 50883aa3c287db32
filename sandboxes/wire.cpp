#include "sandboxes/wire.h"

#include <sys/socket.h>

#include <bit>
#include <cerrno>

#include "harness/base/assert.h"

namespace assay::sandbox::wire {

static_assert(std::endian::native == std::endian::little, "integers on the wire are little-endian");

namespace {

void take_descriptors(msghdr& header, std::vector<UniqueFd>& descriptors) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
}

}  // namespace

Receive receive(int socket, Message& message, bool wait) {
  // One buffer a thread: a message is at most 32 KiB, and clearing a fresh one each time costs more
  // than the read.
  static thread_local char buffer[protocol::kMaxMessage];
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))];
  iovec part{buffer, sizeof buffer};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  } while (size < 0 && errno == EINTR);
  message.descriptors.clear();
  message.payload.clear();
  if (size < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Receive::kNothingYet;
    return errno == ECONNRESET ? Receive::kClosed : Receive::kBroken;
  }
  take_descriptors(header, message.descriptors);
  // An empty datagram reads like the end of the stream; neither is followed by anything of use.
  if (size == 0) return Receive::kClosed;
  if ((header.msg_flags & MSG_TRUNC) != 0) return Receive::kBroken;
  message.type = static_cast<std::uint8_t>(buffer[0]);
  message.payload.assign(buffer + 1, static_cast<std::size_t>(size) - 1);
  return Receive::kMessage;
}

Send send(int socket, protocol::MessageType type, std::string_view payload,
          std::span<const int> descriptors, bool wait) {
  ASSAY_ASSERT(payload.size() < protocol::kMaxMessage, "a message is too long");
  ASSAY_ASSERT(descriptors.size() <= kMaxDescriptors, "too many descriptors");
  auto type_byte = static_cast<char>(type);
  iovec parts[2] = {{&type_byte, 1}, {const_cast<char*>(payload.data()), payload.size()}};
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
  msghdr header{};
  header.msg_iov = parts;
  header.msg_iovlen = 2;
  if (!descriptors.empty()) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(c), descriptors.data(), descriptors.size_bytes());
  }
  for (;;) {
    if (::sendmsg(socket, &header, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT)) >= 0)
      return Send::kSent;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? Send::kFull : Send::kClosed;
  }
}

std::optional<std::pair<UniqueFd, UniqueFd>> make_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) return std::nullopt;
  return std::pair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

}  // namespace assay::sandbox::wire
