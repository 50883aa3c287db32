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
  explicit Asked(const Json& queries, EngineMaker maker = in_process)
      : stages_(stages(queries)), desk_(std::move(maker)) {}

  Answer post(const std::string& body, VirtualTime at = now()) {
    return answer({.method = "POST", .target = "/v1/queries", .body = body}, at);
  }
  Answer get(const std::string& id, VirtualTime at = now()) {
    return answer({.method = "GET", .target = "/v1/queries/" + id}, at);
  }
  const QueryDesk& desk() const { return desk_; }

 private:
  Answer answer(const HttpRequest& request, VirtualTime at) {
    desk_.arrive(at, stages_.first());
    return answer_call(stages_.first().world, request, read_call(request), {}, &desk_);
  }

  static Stages stages(const Json& queries) {
    Json json = world_json();
    json["queries"] = queries;
    auto read = Stages::from_json(json, "/world");
    REQUIRE_MESSAGE(read.ok(), read.error().to_string());
    return std::move(read).value();
  }

  Stages stages_;
  QueryDesk desk_;
};

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
