// A mock warehouse on a loopback port under the real clock, for a load generator; its journal is
// on, and as long as it gets.
//
// Out, on stdout: the port; at the end of stdin, how many requests the journal has. One thread.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <limits>
#include <vector>

#include "mock_warehouse/server.h"

namespace {

using namespace assay;

const VirtualTime kStart = *parse_utc("2026-03-14T06:00:00Z");

std::unique_ptr<warehouse::Server> make_server() {
  const auto world = parse_json(R"({"tables": {"orders": {"partition_column": "order_date",
    "partitions": [{"date": "2026-03-13", "row_count": 1500}]}}})",
                                "world");
  ASSAY_ASSERT(world.ok(), "the world is JSON");
  auto server = warehouse::Server::make(
      *world, Json::array(),
      {.start = kStart, .max_requests = std::numeric_limits<std::size_t>::max()});
  ASSAY_ASSERT(server.ok(), server.error().to_string());
  server.value()->enter_call();
  return std::move(server).value();
}

int listen(warehouse::Server& server) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool listens = ::bind(listener.get(), generic, size) == 0 &&
                       ::listen(listener.get(), 128) == 0 &&
                       ::getsockname(listener.get(), generic, &size) == 0;
  ASSAY_ASSERT(listens, "no loopback port to listen on");
  server.listen(std::move(listener));
  return ntohs(address.sin_port);
}

}  // namespace

int main() {
  const auto server = make_server();
  std::printf("%d\n", listen(*server));
  std::fflush(stdout);
  const auto began = std::chrono::steady_clock::now();
  std::vector<pollfd> fds;
  do {
    fds.assign(1, {STDIN_FILENO, POLLIN, 0});
    server->poll_fds(fds);
    ::poll(fds.data(), fds.size(), -1);
    server->pump(kStart + (std::chrono::steady_clock::now() - began));
  } while (fds.front().revents == 0);
  std::printf("%zu\n", server->journal().size());
}
