#include "mock_warehouse/sql/engine/service.h"

#include "mock_warehouse/sql/frames.h"

namespace assay::warehouse::sql {
namespace {

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
    ASSAY_TRY(const QueryOutcome outcome, engine->run(query));
    ASSAY_CHECK(send_message(socket, {{"outcome", to_json(outcome)}}));
  }
}

void send_failure(int socket, const Error& error) {
  // Who reads it sees the end of the socket in any case.
  if (!send_message(socket, {{"failure", error.message}, {"hint", error.hint}}).ok()) return;
}

}  // namespace assay::warehouse::sql
