#include "harness/serve/session.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "mock_warehouse/schema.h"
#include "mock_warehouse/script.h"
#include "mock_warehouse/sql/process.h"

namespace assay::serve {
namespace {

/// While clients may be kept out: nobody is told of an attempt to connect, so it is looked for.
constexpr int kGateLookMs = 10;

Status control_network(warehouse::Server& server, const Listener& listener) {
  if (listener.family != AF_INET)
    return input_error(
        "refusing connections, or letting them time out, works at IPv4 addresses only", {},
        "Leave --bind out, or give it an IPv4 address.");
  warehouse::NetworkControl network{
      .filler = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      .counters = UniqueFd(::open("/proc/thread-self/net", O_PATH | O_DIRECTORY | O_CLOEXEC)),
      .shared = true};
  if (!network.filler || !network.counters)
    return system_error("looking at the network's counters", errno, "Mount /proc.");
  return server.control(std::move(network));
}

/// Its budget is the run's.
warehouse::EngineMaker engine_maker(const Ground& ground) {
  auto budget = std::make_shared<warehouse::sql::EngineBudget>();
  return [program = ground.sql_program, box = ground.box,
          budget = std::move(budget)](const Json& world) {
    return warehouse::sql::make_process_engine({.program = program, .box = box, .budget = budget},
                                               world);
  };
}

}  // namespace

Result<std::unique_ptr<Session>> Session::begin(const ServedCase& served, const Listener& listener,
                                                const Ground& ground) {
  const model::Case& the_case = served.the_case;
  // The package's loader has checked world and script.
  auto server = warehouse::Server::make_checked(the_case.world, the_case.script,
                                                {.start = the_case.now,
                                                 .seed = served.seed,
                                                 .engine = engine_maker(ground),
                                                 .turn_away = ground.turn_away});
  UniqueFd socket(::fcntl(listener.socket.get(), F_DUPFD_CLOEXEC, 0));
  if (!socket) return system_error("keeping the port", errno);
  // The run before may have ended while it kept clients out.
  ::listen(socket.get(), kBacklog);
  server->listen(std::move(socket));
  Status controlled = control_network(*server, listener);
  if (server->shuts_out()) ASSAY_CHECK(controlled);
  server->enter_call();
  std::unique_ptr<Session> session(
      new Session(std::move(server), the_case.now, std::move(controlled)));
  session->pump();  // whoever connects next finds the gate as scripted
  return session;
}

void Session::pump() { server_->pump(now()); }

Status Session::inject(const Json& rule) {
  const Json script = Json::array({rule});
  if (warehouse::check_script(script, "").ok() && warehouse::Script(script, 0).shuts_out())
    ASSAY_CHECK(controlled_);
  return server_->inject(rule);
}

void Session::finish() { server_->finish(now()); }

int Session::wait_ms() const {
  int wait = server_->shuts_out() ? kGateLookMs : -1;
  if (const auto next = server_->next_event()) {
    const Duration left = std::max(*next - now(), Duration{});
    const auto ms = static_cast<int>(std::min<std::int64_t>(to_ms(left), 60'000)) + 1;
    wait = wait < 0 ? ms : std::min(wait, ms);
  }
  return wait;
}

std::vector<News> Session::news() {
  const std::vector<model::Request>& journal = server_->journal();
  std::vector<News> news;
  std::erase_if(open_, [&](std::size_t index) {
    if (!journal[index].ended_at) return false;
    news.push_back({journal[index], server_->remark(index)});
    return true;
  });
  for (; told_ < journal.size(); ++told_) {
    news.push_back({journal[told_], server_->remark(told_)});
    if (!journal[told_].ended_at) open_.push_back(told_);
  }
  return news;
}

}  // namespace assay::serve
