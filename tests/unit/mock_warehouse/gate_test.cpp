// The gate by itself: in a network of the test's own, and over counters that the test writes.

#include "mock_warehouse/session/gate.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/scratch.h"
#include "tests/unit/mock_warehouse/lone_network.h"

namespace assay::warehouse {
namespace {

using assay::testing::Scratch;
using testing::LoneNetwork;

constexpr int kPatienceMs = 60'000;  // only a defect needs it

sockaddr_in loopback() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(8080);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A gate at the door of a network, and the clients who knock.
struct Door {
  LoneNetwork network;
  Gate gate{listener()};

  UniqueFd listener() {
    UniqueFd socket = network.socket();
    const sockaddr_in address = loopback();
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    REQUIRE(::bind(socket.get(), generic, sizeof address) == 0);
    REQUIRE(::listen(socket.get(), 16) == 0);
    return socket;
  }

  void control() { REQUIRE(gate.control({network.socket(), network.counters()}).ok()); }

  /// "TCP: inuse 2": what follows counts for the whole machine.
  std::string sockets() {
    const UniqueFd counters = network.counters();
    const UniqueFd table(::openat(counters.get(), "sockstat", O_RDONLY | O_CLOEXEC));
    std::string text(4'096, '\0');
    text.resize(static_cast<std::size_t>(::pread(table.get(), text.data(), text.size(), 0)));
    const std::size_t line = text.find("TCP:");
    return text.substr(line, text.find(" orphan", line) - line);
  }

  /// Until sockets that were closed are out of the count: on a busy machine the kernel puts that
  /// off, and there is no event that tells of it.
  void settle(const std::string& as_before) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
    while (sockets() != as_before && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    CHECK(sockets() == as_before);
  }

  UniqueFd knock() {
    UniqueFd client = network.socket();
    const sockaddr_in address = loopback();
    const int done =
        ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    CHECK((done == 0 || errno == EINPROGRESS || errno == ECONNREFUSED));
    return client;
  }
};

/// What has become of a client by now: "waits", "connected", or the word for its error.
std::string fate(const UniqueFd& client, int patience_ms = kPatienceMs) {
  pollfd waiting{client.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, patience_ms) == 0) return "waits";
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(client.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error == ECONNREFUSED || (waiting.revents & POLLHUP) != 0) return "refused";
  return error == 0 ? "connected" : std::to_string(error);
}

std::string fate_by_now(const UniqueFd& client) { return fate(client, 0); }

TEST_CASE("an open gate lets everybody in and counts nobody") {
  Door door;
  door.control();
  const UniqueFd client = door.knock();
  CHECK(fate(client) == "connected");
  CHECK(door.gate.accept().valid());
  CHECK_FALSE(door.gate.accept().valid());
  CHECK(door.gate.attempts() == 0);
}

TEST_CASE("a gate that refuses counts each attempt once, and opens again") {
  Door door;
  door.control();
  door.gate.set(Entrance::kRefused);
  CHECK(door.gate.attempts() == 0);
  for (int i = 0; i < 3; ++i) CHECK(fate(door.knock()) == "refused");
  CHECK(door.gate.attempts() == 3);
  CHECK(door.gate.attempts() == 0);
  CHECK(fate(door.knock()) == "refused");
  CHECK(door.gate.attempts() == 1);
  door.gate.set(Entrance::kOpen);
  const UniqueFd client = door.knock();
  CHECK(fate(client) == "connected");
  CHECK(door.gate.accept().valid());
  CHECK(door.gate.attempts() == 0);
}

TEST_CASE("a connection that is there survives the shutting of the gate") {
  Door door;
  door.control();
  const UniqueFd client = door.knock();
  const UniqueFd server = door.gate.accept();
  REQUIRE(server.valid());
  for (const Entrance state : {Entrance::kRefused, Entrance::kSilent}) {
    door.gate.set(state);
    REQUIRE(::send(server.get(), "x", 1, MSG_NOSIGNAL) == 1);
    pollfd readable{client.get(), POLLIN, 0};
    CHECK(::poll(&readable, 1, kPatienceMs) == 1);
    char byte = 0;
    CHECK(::recv(client.get(), &byte, 1, 0) == 1);
  }
}

TEST_CASE("a silent gate leaves clients waiting, and tells how many have given up") {
  Door door;
  door.control();
  const std::string nobody = door.sockets();
  for (int time = 0; time < 2; ++time) {  // the filler can be used once more
    door.settle(nobody);
    door.gate.set(Entrance::kSilent);
    std::vector<UniqueFd> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(door.knock());
    CHECK(door.gate.attempts() == 3);
    for (const UniqueFd& client : clients) CHECK(fate_by_now(client) == "waits");
    CHECK(door.gate.waiting(3) == 3);
    clients.pop_back();
    CHECK(door.gate.waiting(3) == 2);
    CHECK(door.gate.waiting(1) == 1);  // never more than are known
    clients.clear();
    CHECK(door.gate.waiting(3) == 0);
    door.gate.set(Entrance::kOpen);
    const UniqueFd client = door.knock();
    CHECK(fate(client) == "connected");
    CHECK(door.gate.accept().valid());
    CHECK_FALSE(door.gate.accept().valid());
  }
}

TEST_CASE("a gate refuses and falls silent in turn, and counts each for itself") {
  Door door;
  door.control();
  door.gate.set(Entrance::kRefused);
  CHECK(fate(door.knock()) == "refused");
  door.gate.set(Entrance::kSilent);
  CHECK(door.gate.attempts() == 0);  // those of before, and the gate's own, do not count
  const UniqueFd client = door.knock();
  CHECK(fate_by_now(client) == "waits");
  CHECK(door.gate.attempts() == 1);
  door.gate.set(Entrance::kRefused);
  CHECK(fate(door.knock()) == "refused");
}

TEST_CASE("without control a gate stays open") {
  Door door;
  door.gate.set(Entrance::kRefused);
  CHECK(door.gate.state() == Entrance::kOpen);
  CHECK(fate(door.knock()) == "connected");
  CHECK(door.gate.attempts() == 0);
  CHECK(door.gate.waiting(5) == 0);
}

UniqueFd folder(const Scratch& scratch) {
  return UniqueFd(::open(scratch.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

void write_counters(const Scratch& scratch, int begun, int in_use) {
  scratch.write("snmp",
                "Ip: Forwarding\nIp: 1\nTcp: MaxConn PassiveOpens ActiveOpens\nTcp: -1 90 " +
                    std::to_string(begun) + "\n");
  scratch.write("sockstat",
                "sockets: used 9\nTCP: inuse " + std::to_string(in_use) + " orphan 0\n");
}

TEST_CASE("columns of the counters go by their names, and are read anew each time") {
  Door door;
  const Scratch scratch;
  write_counters(scratch, 40, 7);
  REQUIRE(door.gate.control({door.network.socket(), folder(scratch)}).ok());
  door.gate.set(Entrance::kSilent);
  write_counters(scratch, 45, 10);
  CHECK(door.gate.attempts() == 5);
  CHECK(door.gate.waiting(5) == 3);
  write_counters(scratch, 45, 6);
  CHECK(door.gate.attempts() == 0);
  CHECK(door.gate.waiting(5) == 0);
}

TEST_CASE("a gate is not controlled where the counters cannot be read") {
  Door door;
  const Scratch scratch;
  const auto controlled = [&] {
    return door.gate.control({door.network.socket(), folder(scratch)});
  };
  const Status nothing = controlled();
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().kind == ErrorKind::kEnvironment);
  CHECK(nothing.error().message.find("No such file") != std::string::npos);
  scratch.write("snmp", "Tcp: RtoMin\nTcp: 1\n");
  scratch.write("sockstat", "TCP: inuse 1\n");
  const Status odd = controlled();
  REQUIRE_FALSE(odd.ok());
  CHECK(odd.error().kind == ErrorKind::kEnvironment);
  CHECK(odd.error().message.find("ActiveOpens") != std::string::npos);
  door.gate.set(Entrance::kRefused);
  CHECK(door.gate.state() == Entrance::kOpen);
}

}  // namespace
}  // namespace assay::warehouse
