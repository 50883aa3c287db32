#pragma once

// A warehouse that is asked through the BigQuery-compatible API without sockets, in virtual time.

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "mock_warehouse/native_api.h"
#include "mock_warehouse/query_desk.h"
#include "mock_warehouse/script.h"
#include "mock_warehouse/sql/engine/duckdb_engine.h"

namespace assay::warehouse::bigquery {

using namespace std::chrono_literals;

inline const VirtualTime kNow = *parse_utc("2026-03-14T06:00:00Z");

inline std::unique_ptr<sql::Engine> in_process(const Json& json) {
  auto world = World::from_json(json, "/world");
  REQUIRE_MESSAGE(world.ok(), world.error().to_string());
  auto database = sql::open_duckdb();
  REQUIRE_MESSAGE(database.ok(), database.error().to_string());
  return sql::make_duckdb_engine(std::move(database).value(), std::move(world).value());
}

/// One warehouse, asked without sockets.
class Warehouse {
 public:
  /// `more` is added to the world.
  explicit Warehouse(int run_ms = 0, const Json& more = Json::object())
      : stages_(stages(run_ms, more)) {}

  Answer post(const std::string& path, const Json& body, Duration at = 0s) {
    return ask({.method = "POST", .target = "/projects/warehouse" + path, .body = dump_json(body)},
               at);
  }
  Answer get(const std::string& path, Duration at = 0s) {
    return ask({.method = "GET", .target = "/projects/warehouse" + path}, at);
  }
  Answer ask(const HttpRequest& request, Duration at) {
    desk_.arrive(kNow + at, stages_.first());
    return answer_call(stages_.first().world, request, read_call(request), view, &desk_);
  }

  /// The same as a script answers it: what a client reads of it.
  Answer ask_script(Script& script, const HttpRequest& request, Duration at = 0s) {
    desk_.arrive(kNow + at, stages_.first());
    const ApiCall call = read_call(request);
    const Scripted scripted = script.answer({.world = stages_.first().world,
                                             .request = request,
                                             .call = call,
                                             .framing = {},
                                             .elapsed = at,
                                             .desk = &desk_});
    std::string bytes;
    for (const WireOp& op : scripted.program.ops)
      if (const auto* sent = std::get_if<Send>(&op)) bytes += sent->bytes;
    const std::size_t head = bytes.find("\r\n\r\n");
    REQUIRE(head != std::string::npos);
    return {.status = scripted.program.status.value_or(0),
            .document = Json::parse(bytes.substr(head + 4))};
  }

  View view;

 private:
  static Stages stages(int run_ms, const Json& more) {
    Json json = {
        {"queries", {{"run_ms", run_ms}}},
        {"tables",
         {{"orders", {{"row_count", 3}, {"columns", {{{"name", "id"}, {"type", "INT64"}}}}}}}}};
    json.update(more);
    auto read = Stages::from_json(json, "/world");
    REQUIRE_MESSAGE(read.ok(), read.error().to_string());
    return std::move(read).value();
  }

  Stages stages_;
  QueryDesk desk_{in_process};
};

inline Json query(const std::string& sql, const Json& more = Json::object()) {
  Json body = {{"query", sql}, {"useLegacySql", false}};
  body.update(more);
  return body;
}

inline Json job(const std::string& sql, const std::string& id = "") {
  return {{"jobReference", {{"jobId", id}}}, {"configuration", {{"query", query(sql)}}}};
}

inline std::string reason(const Answer& answer) {
  const Json* found = find_in(answer.document, "/error/errors/0/reason");
  return found == nullptr ? "none" : found->get<std::string>();
}

}  // namespace assay::warehouse::bigquery
