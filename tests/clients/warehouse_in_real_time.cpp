// Mock warehouses on loopback ports, under the real clock, for clients that a test cannot drive: as
// `assay warehouse` serves one, and as many as a test wants, of worlds that no package has.
//
// In, on stdin, a line each: {"world": …, "script": …} starts a warehouse, {"end": port} ends one.
// Out, on stdout, a line for each: {"port": n}, or {"journal": […]} with the ended one's records.
// Ends at the end of stdin. One thread. An argument is the path of assay-sql, for worlds with SQL.

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "harness/serve/listener.h"
#include "harness/serve/session.h"

namespace {

using namespace assay;

struct Warehouse {
  serve::Listener listener;
  std::unique_ptr<serve::Session> session;
};

class Warehouses {
 public:
  explicit Warehouses(std::string sql_program) : ground_{.sql_program = std::move(sql_program)} {}

  /// One line of stdin; the line that answers it.
  Json handle(const Json& command) {
    if (command.contains("end")) {
      const auto ended = warehouses_.find(command["end"].get<int>());
      ASSAY_ASSERT(ended != warehouses_.end(), "no warehouse has that port");
      ended->second.session->finish();
      const Json journal = ended->second.session->server().journal();
      warehouses_.erase(ended);
      return Json{{"journal", journal}};
    }
    serve::ServedCase served;
    served.the_case.now = *parse_utc("2026-03-14T06:00:00Z");
    served.the_case.world = command.at("world");
    served.the_case.script = command.at("script");
    const Status checked = warehouse::check(served.the_case.world, served.the_case.script);
    ASSAY_ASSERT(checked.ok(), checked.error().to_string());
    auto listener = serve::listen_on({}, "");
    ASSAY_ASSERT(listener.ok(), listener.error().to_string());
    auto session = serve::Session::begin(served, *listener, ground_);
    ASSAY_ASSERT(session.ok(), session.error().to_string());
    const int port = listener->port;
    warehouses_[port] = {std::move(listener).value(), std::move(session).value()};
    return Json{{"port", port}};
  }

  /// Waits for stdin, a client, or what a script has due; then serves.
  bool wait_and_pump() {
    std::vector<pollfd> fds{{STDIN_FILENO, POLLIN, 0}};
    int wait_ms = -1;
    for (auto& [port, warehouse] : warehouses_) {
      warehouse.session->poll_fds(fds);
      const int own = warehouse.session->wait_ms();
      if (own >= 0) wait_ms = wait_ms < 0 ? own : std::min(wait_ms, own);
    }
    ::poll(fds.data(), fds.size(), wait_ms);
    for (auto& [port, warehouse] : warehouses_) warehouse.session->pump();
    return (fds.front().revents & (POLLIN | POLLHUP)) != 0;
  }

 private:
  const serve::Ground ground_;
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
