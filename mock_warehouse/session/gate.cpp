#include "mock_warehouse/session/gate.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace assay::warehouse {
namespace {

constexpr int kBacklog = 128;
/// Only a kernel that does not deliver at all needs it.
constexpr int kFillPatienceMs = 1'000;
/// Larger than either of the kernel's tables.
constexpr std::size_t kMaxTable = 16 << 10;
/// Of sockets, a line of 150 bytes each.
constexpr std::size_t kMaxSocketTable = 1 << 20;
/// TCP_SYN_SENT of the kernel's tcp_states.h, as /proc/net/tcp has it.
constexpr std::string_view kSynSent = "02";

std::string read_all(const UniqueFd& table, std::size_t limit = kMaxTable) {
  std::string text(limit, '\0');
  std::size_t size = 0;
  while (size < limit) {
    const ssize_t n =
        ::pread(table.get(), text.data() + size, limit - size, static_cast<off_t>(size));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    size += static_cast<std::size_t>(n);
  }
  text.resize(size);
  return text;
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

}  // namespace

Gate::Gate(UniqueFd listener) : listener_(std::move(listener)) {
  const int flags = ::fcntl(listener_.get(), F_GETFL);
  ::fcntl(listener_.get(), F_SETFL, flags | O_NONBLOCK);
}

Status Gate::control(NetworkControl network) {
  snmp_.reset(::openat(network.counters.get(), "snmp", O_RDONLY | O_CLOEXEC));
  sockstat_.reset(::openat(network.counters.get(), "sockstat", O_RDONLY | O_CLOEXEC));
  if (!snmp_ || !sockstat_) return system_error("reading the counters of a network", errno);
  if (!connections_begun() || !sockets_in_use())
    return environment_error(
        "the counters of a network do not tell ActiveOpens (snmp) and the sockets in use "
        "(sockstat)",
        "Assay needs Linux's own /proc/net.");
  if (network.shared) {
    tcp_.reset(::openat(network.counters.get(), "tcp", O_RDONLY | O_CLOEXEC));
    if (!tcp_) return system_error("reading the sockets of a network", errno);
  }
  filler_ = std::move(network.filler);
  return success();
}

void Gate::set(Entrance state) {
  if (state == state_ || !filler_) return;
  if (state_ == Entrance::kSilent) empty();
  state_ = state;
  if (state == Entrance::kRefused) ::shutdown(listener_.get(), SHUT_RDWR);
  if (state == Entrance::kOpen) ::listen(listener_.get(), kBacklog);
  if (state == Entrance::kSilent) fill();
  attempts_seen_ = connections_begun().value_or(attempts_seen_);
  sockets_before_ = sockets_in_use().value_or(0);
  waited_.clear();
}

/// Of a queue of length 0 Linux makes one that holds one connection.
void Gate::fill() {
  ::listen(listener_.get(), 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  ::getsockname(listener_.get(), generic, &size);
  ::connect(filler_.get(), generic, size);
  // Loopback delivers within this call, but on a machine that is busy with its network the kernel
  // may leave that to a thread of its own (ksoftirqd). The counters are read with the place taken.
  pollfd taken{listener_.get(), POLLIN, 0};
  ::poll(&taken, 1, kFillPatienceMs);
}

void Gate::empty() {
  // Reset rather than closed: so its end of the connection is out of the counters at once.
  const linger reset{.l_onoff = 1, .l_linger = 0};
  while (const UniqueFd filled = accept())
    ::setsockopt(filled.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  // connect(2): AF_UNSPEC dissolves the association, and the socket can be used once more.
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  ::connect(filler_.get(), &nobody, sizeof nobody);
}

UniqueFd Gate::accept() const {
  for (;;) {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket || (errno != EINTR && errno != ECONNABORTED)) return socket;
  }
}

int Gate::attempts() {
  if (state_ == Entrance::kOpen) return 0;
  if (tcp_ && state_ == Entrance::kSilent) {
    const std::set<std::string> before = std::exchange(waited_, who_waits());
    return static_cast<int>(std::ranges::count_if(
        waited_, [&](const std::string& port) { return !before.contains(port); }));
  }
  const auto now = connections_begun();
  if (!now) return 0;
  return static_cast<int>(*now - std::exchange(attempts_seen_, *now));
}

int Gate::waiting(int known) const {
  if (tcp_) return std::min(known, static_cast<int>(who_waits().size()));
  const auto sockets = sockets_in_use();
  if (!sockets) return 0;
  return static_cast<int>(std::clamp<std::int64_t>(*sockets - sockets_before_, 0, known));
}

std::optional<std::int64_t> Gate::connections_begun() const {
  return counter(tcp_ ? "AttemptFails" : "ActiveOpens");
}

/// Of /proc/net/tcp: "0: 0100007F:A3F0 0100007F:1F90 02 …", the number, both ends and the state.
std::set<std::string> Gate::who_waits() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  std::set<std::string> ports;
  std::istringstream table(read_all(tcp_, kMaxSocketTable));
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 4 || words[3] != kSynSent) continue;
    const std::size_t to = words[2].find(':');
    if (to == std::string::npos) continue;
    if (std::strtol(words[2].c_str() + to + 1, nullptr, 16) == ntohs(address.sin_port))
      ports.insert(words[1]);
  }
  return ports;
}

/// Of /proc/net/snmp: a line of names that begins with "Tcp:", and one of numbers below it.
std::optional<std::int64_t> Gate::counter(std::string_view name) const {
  std::istringstream table(read_all(snmp_));
  std::vector<std::string> names;
  for (std::string line; std::getline(table, line);) {
    if (!line.starts_with("Tcp:")) continue;
    const std::vector<std::string> words = words_of(line);
    const auto column = std::ranges::find(names, name) - names.begin();
    if (column < std::ssize(names) && column < std::ssize(words))
      return std::stoll(words[static_cast<std::size_t>(column)]);
    names = words;
  }
  return std::nullopt;
}

/// Of /proc/net/sockstat: "TCP: inuse 4 orphan 0 …".
std::optional<std::int64_t> Gate::sockets_in_use() const {
  std::istringstream table(read_all(sockstat_));
  for (std::string line; std::getline(table, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() > 2 && words[0] == "TCP:" && words[1] == "inuse") return std::stoll(words[2]);
  }
  return std::nullopt;
}

}  // namespace assay::warehouse
