#include "harness/serve/listener.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace assay::serve {
namespace {

/// An address of either family, as the socket calls want it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* generic() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

std::optional<SocketAddress> read_address(const std::string& text, int port) {
  const auto number = htons(static_cast<std::uint16_t>(port));
  SocketAddress address;
  sockaddr_in four{.sin_family = AF_INET, .sin_port = number};
  if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    std::memcpy(&address.storage, &four, sizeof four);
    address.size = sizeof four;
    return address;
  }
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = number;
  if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) != 1) return std::nullopt;
  std::memcpy(&address.storage, &six, sizeof six);
  address.size = sizeof six;
  return address;
}

bool is_loopback(const std::string& text) {
  in_addr four{};
  if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  return text == "::1";
}

/// Where no address in particular is listened on, every one of this machine will do.
std::string host_of(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  if (address == "::") return "[::1]";
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

Error cannot_bind(const Endpoint& endpoint, const std::string& option, int error) {
  const std::string where = endpoint.address + ", port " + std::to_string(endpoint.port);
  switch (error) {
    case EADDRINUSE:
      return input_error(where + " is in use by another program", {},
                         option + " 0 takes any port that is free; `ss -ltnp` tells who has it.");
    case EACCES:
      return input_error(where + " may not be listened on by an ordinary user", {},
                         "Take a port from 1024 on, or " + option + " 0 for any.");
    case EADDRNOTAVAIL:
      return input_error(endpoint.address + " is no address of this machine", {},
                         "`ip address` lists those that it has.");
    default:
      return system_error("listening on " + where, error);
  }
}

}  // namespace

Result<Listener> listen_on(const Endpoint& endpoint, const std::string& option) {
  Endpoint at = endpoint;
  if (at.address == "localhost") at.address = "127.0.0.1";
  auto address = read_address(at.address, at.port);
  if (!address)
    return input_error("\"" + at.address + "\" is no IP address", {},
                       "Such as 127.0.0.1, ::1, or 0.0.0.0 for all that this machine has.");
  Listener listener{.socket = UniqueFd(
                        ::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
                    .family = address->family(),
                    .loopback = is_loopback(at.address),
                    .host = host_of(at.address)};
  if (!listener.socket) return system_error("a socket to listen on", errno);
  // A port whose last connections are not forgotten yet can be had at once; one with a listener
  // cannot (socket(7)).
  const int on = 1;
  ::setsockopt(listener.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.socket.get(), address->generic(), address->size) != 0 ||
      ::listen(listener.socket.get(), kBacklog) != 0)
    return cannot_bind(at, option, errno);
  if (::getsockname(listener.socket.get(), address->generic(), &address->size) != 0)
    return system_error("asking for the port that is listened on", errno);
  // Both families have it at the same place.
  listener.port = ntohs(reinterpret_cast<const sockaddr_in*>(&address->storage)->sin_port);
  return listener;
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace assay::serve
