// Mock warehouses on loopback ports, under the real clock, for clients that a test cannot drive.
//
// In, on stdin, a line each: {"world": …, "script": …} starts a warehouse, {"end": port} ends one.
// Out, on stdout, a line for each: {"port": n}, or {"journal": […]} with the ended one's records.
// Ends at the end of stdin. One thread. An argument is the path of assay-sql, for worlds with SQL.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "mock_warehouse/server.h"
#include "mock_warehouse/sql/process.h"

namespace {

using namespace assay;

/// Virtual time that runs as real time does, from a start that never changes.
class RunningClock {
 public:
  VirtualTime now() const { return kStart + (std::chrono::steady_clock::now() - began_); }
  static VirtualTime start() { return kStart; }

 private:
  inline static const VirtualTime kStart = *parse_utc("2026-03-14T06:00:00Z");
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

struct Warehouse {
  RunningClock clock;
  std::unique_ptr<warehouse::Server> server;
};

class Warehouses {
 public:
  /// `sql_program`: path of assay-sql; empty: worlds have no SQL.
  explicit Warehouses(std::string sql_program) {
    if (sql_program.empty()) return;
    engine_ = [path = std::move(sql_program)](const Json& world) {
      return warehouse::sql::make_process_engine({.program = path}, world);
    };
  }

  /// One line of stdin; the line that answers it.
  Json handle(const Json& command) {
    if (command.contains("end")) {
      const auto ended = warehouses_.find(command["end"].get<int>());
      ASSAY_ASSERT(ended != warehouses_.end(), "no warehouse has that port");
      ended->second.server->finish(ended->second.clock.now());
      const Json journal = ended->second.server->journal();
      warehouses_.erase(ended);
      return Json{{"journal", journal}};
    }
    auto server = warehouse::Server::make(command.at("world"), command.at("script"),
                                          {.start = RunningClock::start(), .engine = engine_});
    ASSAY_ASSERT(server.ok(), server.error().to_string());
    const int port = listen(*server.value());
    if (server.value()->shuts_out()) control(*server.value());
    server.value()->enter_call();
    // Whoever connects next finds the gate as scripted.
    server.value()->pump(RunningClock::start());
    warehouses_[port].server = std::move(server).value();
    return Json{{"port", port}};
  }

  /// Waits for stdin, a client, or what a script has due; then serves.
  bool wait_and_pump() {
    std::vector<pollfd> fds{{STDIN_FILENO, POLLIN, 0}};
    int wait_ms = -1;
    for (auto& [port, warehouse] : warehouses_) {
      warehouse.server->poll_fds(fds);
      const auto next = warehouse.server->next_event();
      if (!next) continue;
      const Duration left = std::max(*next - warehouse.clock.now(), Duration{});
      const int ms = static_cast<int>(to_ms(left)) + 1;
      wait_ms = wait_ms < 0 ? ms : std::min(wait_ms, ms);
    }
    ::poll(fds.data(), fds.size(), wait_ms);
    for (auto& [port, warehouse] : warehouses_) warehouse.server->pump(warehouse.clock.now());
    return (fds.front().revents & (POLLIN | POLLHUP)) != 0;
  }

 private:
  static int listen(warehouse::Server& server) {
    UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool listens = ::bind(listener.get(), generic, size) == 0 &&
                         ::listen(listener.get(), 16) == 0 &&
                         ::getsockname(listener.get(), generic, &size) == 0;
    ASSAY_ASSERT(listens, "no loopback port to listen on");
    server.listen(std::move(listener));
    return ntohs(address.sin_port);
  }

  /// The network is the host's: what the journal tells of attempts to connect counts all of its
  /// clients.
  static void control(warehouse::Server& server) {
    warehouse::NetworkControl network{
        .filler = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
        .counters = UniqueFd(::open("/proc/thread-self/net", O_PATH | O_DIRECTORY | O_CLOEXEC))};
    const Status controlled = server.control(std::move(network));
    ASSAY_ASSERT(controlled.ok(), controlled.error().to_string());
  }

  warehouse::EngineMaker engine_;
  std::map<int, Warehouse> warehouses_;  ///< by port
};

}  // namespace

int main(int argc, char** argv) {
  Warehouses warehouses(argc > 1 ? argv[1] : "");
  std::string input;
  while (true) {
    if (!warehouses.wait_and_pump()) continue;
    std::array<char, 4096> buffer;
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n <= 0) return 0;
    input.append(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t end; (end = input.find('\n')) != std::string::npos; input.erase(0, end + 1)) {
      const auto command = parse_json(std::string_view(input).substr(0, end), "stdin");
      ASSAY_ASSERT(command.ok(), command.error().to_string());
      std::printf("%s\n", dump_json(warehouses.handle(*command)).c_str());
      std::fflush(stdout);
    }
  }
}
