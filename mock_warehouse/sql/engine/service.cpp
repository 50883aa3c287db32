#include "mock_warehouse/sql/engine/service.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "mock_warehouse/sql/frames.h"

namespace assay::warehouse::sql {
namespace {

/// Of this process, from its start.
std::int64_t cpu_ms() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * 1'000 + used.tv_nsec / 1'000'000;
}

/// Planning looks at no clock, so the kernel does. It counts in seconds.
Status bound_cpu(std::int64_t left_ms) {
  // By default the first process of a pid namespace does not hear of it (kernel/signal.c,
  // SIGNAL_UNKILLABLE).
  struct sigaction ends {};
  ends.sa_handler = [](int) { ::_exit(kExitOutOfCpu); };
  if (::sigaction(SIGXCPU, &ends, nullptr) != 0) return system_error("sigaction", errno);
  rlimit limit{};
  if (::getrlimit(RLIMIT_CPU, &limit) != 0) return system_error("getrlimit", errno);
  const auto until = static_cast<rlim_t>((cpu_ms() + left_ms) / 1'000 + 1);
  limit.rlim_cur = std::min(until, limit.rlim_max);
  if (::setrlimit(RLIMIT_CPU, &limit) != 0) return system_error("setrlimit", errno);
  return success();
}

Result<std::unique_ptr<Engine>> engine_over(const Json& world_json) {
  ASSAY_TRY(World world, World::from_json(world_json, "/world"));
  ASSAY_TRY(OpenDuckDb database, open_duckdb());
  return make_duckdb_engine(std::move(database), std::move(world));
}

}  // namespace

Status serve(int socket) {
  std::unique_ptr<Engine> engine;
  for (;;) {
    ASSAY_TRY(const std::optional<Json> message, receive_message(socket, -1));
    if (!message) return success();
    if (message->contains("world")) {
      engine.reset();  // its memory first
      ASSAY_TRY(engine, engine_over(message->at("world")));
      ASSAY_CHECK(send_message(socket, {{"ready", true}}));
      continue;
    }
    if (engine == nullptr || !message->contains("query"))
      return environment_error("assay-sql was sent what is neither a world nor a query");
    ASSAY_TRY(const Query query, query_from(message->at("query")));
    const std::int64_t before = cpu_ms();
    ASSAY_CHECK(bound_cpu(message->value("cpu_ms", std::int64_t{0})));
    ASSAY_TRY(const QueryOutcome outcome, engine->run(query));
    ASSAY_CHECK(
        send_message(socket, {{"outcome", to_json(outcome)}, {"cpu_ms", cpu_ms() - before}}));
  }
}

void send_failure(int socket, const Error& error) {
  // Who reads it sees the end of the socket in any case.
  if (!send_message(socket, {{"failure", error.message}, {"hint", error.hint}}).ok()) return;
}

}  // namespace assay::warehouse::sql
