// POST /v1/queries and GET /v1/queries/{id}: what they answer, and when.

#include <doctest/doctest.h>

#include "mock_warehouse/native_api.h"
#include "mock_warehouse/query_desk.h"
#include "mock_warehouse/sql/engine/duckdb_engine.h"
#include "mock_warehouse/sql/process.h"
#include "tests/unit/sql/model.h"

namespace assay::warehouse::sql::testing {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Engine> in_process(const Json& json) {
  auto world = World::from_json(json, "/world");
  REQUIRE_MESSAGE(world.ok(), world.error().to_string());
  auto database = open_duckdb();
  REQUIRE_MESSAGE(database.ok(), database.error().to_string());
  return make_duckdb_engine(std::move(database).value(), std::move(world).value());
}

/// One warehouse, asked without sockets.
class Asked {
 public:
  explicit Asked(int run_ms = 0, EngineMaker maker = in_process)
      : Asked(Json{{"run_ms", run_ms}}, std::move(maker)) {}
  /// `more` is added to the world of these tests.
  explicit Asked(const Json& queries, EngineMaker maker = in_process, const Json& more = {})
      : stages_(stages(queries, more)), desk_(std::move(maker)) {}

  Answer post(const std::string& body, VirtualTime at = now(), const std::string& token = "") {
    HttpRequest request{.method = "POST", .target = "/v1/queries", .body = body};
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    return answer(request, at);
  }
  Answer get(const std::string& id, VirtualTime at = now()) {
    return answer({.method = "GET", .target = "/v1/queries/" + id}, at);
  }
  Answer table(const std::string& name, const std::string& token) {
    return answer({.method = "GET",
                   .target = "/v1/tables/" + name,
                   .headers = {{"Authorization", "Bearer " + token}}},
                  now());
  }
  const QueryDesk& desk() const { return desk_; }

 private:
  Answer answer(const HttpRequest& request, VirtualTime at) {
    const Stage& stage = stages_.at(at - now(), calls_++);
    desk_.arrive(at, stage);
    return answer_call(stage.world, request, read_call(request), {}, &desk_);
  }

  static Stages stages(const Json& queries, const Json& more) {
    Json json = world_json();
    json.update(more.is_null() ? Json::object() : more);
    json["queries"] = queries;
    auto read = Stages::from_json(json, "/world");
    REQUIRE_MESSAGE(read.ok(), read.error().to_string());
    return std::move(read).value();
  }

  Stages stages_;
  int calls_ = 0;
  QueryDesk desk_;
};

Json parsed(const std::string& text) {
  auto json = parse_json(text, "the test");
  REQUIRE_MESSAGE(json.ok(), json.error().to_string());
  return std::move(json).value();
}

TEST_CASE("a query is answered with its result") {
  Asked warehouse;
  const Answer answer = warehouse.post(
      R"({"sql": "SELECT user_id, name FROM users WHERE user_id < @n ORDER BY 1", "params": {"n": 3}})");
  CHECK(answer.status == 200);
  CHECK(answer.document["state"] == "DONE");
  CHECK(answer.document["row_count"] == 2);
  CHECK(dump_json(answer.document["rows"]) ==
        R"([{"user_id":1,"name":"Ada"},{"user_id":2,"name":"Bob"}])");
  CHECK(answer.document["schema"][1]["type"] == "STRING");
  CHECK(answer.document["bytes_processed"] == 9 * 8 + 3 * (2 + 3) + 3 * (2 + 3) + 3 * (2 + 4));
  // Whoever asks later gets the same.
  CHECK(warehouse.get("job_1").document == answer.document);
  CHECK(warehouse.get("job_2").status == 404);
}

TEST_CASE("a query that takes time is a job") {
  Asked warehouse(90'000);
  const Answer first = warehouse.post(R"({"sql": "SELECT 1 AS x"})");
  CHECK(first.status == 202);
  CHECK(dump_json(first.document) == R"({"job_id":"job_1","state":"RUNNING"})");
  CHECK(warehouse.get("job_1", now() + 89s).status == 202);
  const Answer done = warehouse.get("job_1", now() + 90s);
  CHECK(done.status == 200);
  CHECK(dump_json(done.document["rows"]) == R"([{"x":1}])");
}

TEST_CASE("a job tells its error when it is done, and not before") {
  Asked warehouse(1'000);
  CHECK(warehouse.post(R"({"sql": "SELECT foo FROM users"})").status == 202);
  const Answer failed = warehouse.get("job_1", now() + 1s);
  CHECK(failed.status == 400);
  CHECK(failed.document["error"]["message"] == "Unrecognized name: foo at [1:8]");
}

TEST_CASE("errors have the API's own form") {
  Asked warehouse;
  const auto error = [&](const std::string& body) {
    const Answer answer = warehouse.post(body);
    return std::to_string(answer.status) + " " +
           answer.document["error"]["code"].get<std::string>();
  };
  CHECK(error(R"({"sql": "SELECT foo FROM users"})") == "400 invalid_query");
  CHECK(error(R"({"sql": "SELECT 1 FROM nosuch"})") == "404 not_found");
  CHECK(error(R"({"sql": "DROP TABLE users"})") == "403 access_denied");
  CHECK(error("{\"sql\": \"SELECT ARRAY_LENGTH(GENERATE_ARRAY(1, 10000000000))\"}") ==
        "400 resources_exceeded");
  CHECK(error("no JSON") == "400 bad_request");
  CHECK(error("[]") == "400 invalid_parameter");
  CHECK(error(R"({"sql": 1})") == "400 invalid_parameter");
  CHECK(error(R"({"sql": "SELECT 1", "params": 5})") == "400 invalid_parameter");
  CHECK(error(R"({"sql": "SELECT 1", "params": {"x": {"value": 1}}})") == "400 invalid_parameter");
}

TEST_CASE("a dry run tells schema and bytes, and has no rows") {
  Asked warehouse(90'000);
  const Answer answer = warehouse.post(R"({"sql": "SELECT user_id FROM users", "dry_run": true})");
  CHECK(answer.status == 200);
  CHECK(answer.document["rows"].empty());
  CHECK(answer.document["bytes_processed"] == 9 * 8);
}

TEST_CASE("quotas refuse what goes beyond them") {
  const auto code = [](const Answer& answer) {
    return answer.status == 200 ? "fine" : answer.document["error"]["code"].get<std::string>();
  };
  const std::string query = R"({"sql": "SELECT user_id FROM users"})";  // 72 bytes
  Asked few(Json{{"max_queries", 2}});
  CHECK(code(few.post(query)) == "fine");
  CHECK(code(few.post(query)) == "fine");
  CHECK(code(few.post(query)) == "quota_exceeded");
  Asked cheap(Json{{"max_bytes", 150}});
  CHECK(code(cheap.post(query)) == "fine");
  CHECK(code(cheap.post(R"({"sql": "SELECT user_id FROM users", "dry_run": true})")) == "fine");
  CHECK(code(cheap.post(query)) == "fine");
  CHECK(code(cheap.post(query)) == "quota_exceeded");
  CHECK(code(cheap.post(R"({"sql": "SELECT COUNT(*) FROM users"})")) == "fine");
}

TEST_CASE("SQL sees a world change, and a job keeps what was seen before") {
  Asked warehouse(Json::object(), in_process, parsed(R"({"changes": [
    {"at_ms": 60000, "tables": {"strict": {"partitions": [{"date": "2026-03-13", "row_count": 60}]}}},
    {"after_calls": 3, "tables": {"strict": {"remove": ["2026-03-12"]}}}]})"));
  const std::string query =
      R"({"sql": "SELECT COUNT(*) AS n FROM strict WHERE day > '2026-01-01'"})";
  const auto counted = [](const Answer& answer) { return dump_json(answer.document["rows"]); };
  CHECK(counted(warehouse.post(query, now() + 59s)) == R"([{"n":11}])");
  CHECK(counted(warehouse.post(query, now() + 60s)) == R"([{"n":65}])");
  CHECK(counted(warehouse.get("job_1", now() + 61s)) == R"([{"n":11}])");
  CHECK(counted(warehouse.post(query, now() + 62s)) == R"([{"n":60}])");
}

TEST_CASE("a token is asked for, and must be good for queries") {
  const std::string query = R"({"sql": "SELECT 1 AS x"})";
  Asked closed(Json::object(), in_process,
               parsed(R"({"auth": {"token": "t1", "scopes": ["get_table"]}})"));
  CHECK(closed.post(query).status == 401);
  CHECK(closed.post(query, now(), "t2").status == 401);
  CHECK(closed.post(query, now(), "t1").status == 403);
  Asked some(Json::object(), in_process,
             parsed(R"({"auth": {"token": "t1", "tables": ["users", "logs_20260312"]}})"));
  const auto told = [&](const std::string& sql) {
    const Answer answer = some.post(dump_json({{"sql", sql}}), now(), "t1");
    return answer.status == 200 ? dump_json(answer.document["rows"])
                                : std::to_string(answer.status) + " " +
                                      answer.document["error"]["message"].get<std::string>();
  };
  CHECK(told("SELECT COUNT(*) AS n FROM users") == R"([{"n":9}])");
  for (const char* name : {"events", "nosuch"})
    CHECK(told(std::string("SELECT COUNT(*) AS n FROM ") + name) ==
          std::string("403 Access Denied: Table acme:analytics.") + name +
              ": User does not have permission to query table acme:analytics." + name +
              ", or perhaps it does not exist. at [1:27]");
  CHECK(told("SELECT COUNT(*) AS n FROM `logs_*`")
            .starts_with("403 Access Denied: Table "
                         "acme:analytics.logs_20260313"));
  CHECK(told("SELECT table_name AS t FROM INFORMATION_SCHEMA.TABLES ORDER BY 1") ==
        R"([{"t":"logs_20260312"},{"t":"users"}])");
  CHECK(told("SELECT DISTINCT table_name AS t FROM INFORMATION_SCHEMA.PARTITIONS ORDER BY 1") ==
        R"([{"t":"logs_20260312"},{"t":"users"}])");
  CHECK(told("SELECT DISTINCT table_name AS t FROM INFORMATION_SCHEMA.COLUMNS ORDER BY 1") ==
        R"([{"t":"logs_20260312"},{"t":"users"}])");
  CHECK(some.table("users", "t1").status == 200);
  CHECK(some.table("events", "t1").status == 403);
  Asked open(Json::object(), in_process,
             parsed(R"({"auth": {"token": "t1", "scopes": ["query"]}})"));
  CHECK(open.post(query, now(), "t1").status == 200);
}

TEST_CASE("jobs are bounded in number and in what they keep") {
  Asked many;
  const std::string small = R"({"sql": "SELECT 1 AS x"})";
  for (std::size_t i = 0; i < QueryDesk::kMaxJobs; ++i) CHECK(many.post(small).status == 200);
  const Answer beyond = many.post(small);
  CHECK(beyond.status == 403);
  CHECK(beyond.document["error"]["code"] == "quota_exceeded");
  CHECK(many.get("job_1000").status == 200);
  CHECK(many.get("job_1001").status == 403);
  // Seven megabytes each.
  Asked large;
  const std::string wide =
      R"({"sql": "SELECT REPEAT('x', 70000) AS x FROM UNNEST(GENERATE_ARRAY(1, 100)) AS i"})";
  for (int i = 1; i <= 6; ++i) CHECK(large.post(wide).status == 200);
  CHECK(large.get("job_1").status == 404);
  CHECK(large.get("job_3").status == 200);
  CHECK(large.get("job_6").status == 200);
}

TEST_CASE("a job is asked for by its own name") {
  Asked warehouse;
  CHECK(warehouse.post(R"({"sql": "SELECT 1 AS x"})").status == 200);
  for (const char* id : {"job_01", "job_1x", "job_", "1", "job_99999999999999999999"})
    CHECK(warehouse.get(id).status == 404);
}

TEST_CASE("without a desk there is no SQL") {
  const World world = std::move(World::from_json(world_json(), "/world")).value();
  const HttpRequest request{.method = "POST", .target = "/v1/queries", .body = "{}"};
  CHECK(answer_call(world, request, read_call(request)).status == 404);
}

TEST_CASE("an engine that cannot be started is the harness's failure") {
  Asked warehouse(0, [](const Json& world) {
    return make_process_engine({.program = "/nowhere/assay-sql"}, world);
  });
  const Answer answer = warehouse.post(R"({"sql": "SELECT 1"})");
  CHECK(answer.status == 500);
  REQUIRE(warehouse.desk().failure());
  CHECK(warehouse.desk().failure()->message.find("/nowhere/assay-sql") != std::string::npos);
}

}  // namespace
}  // namespace assay::warehouse::sql::testing
