// Jobs of the BigQuery-compatible API in virtual time: what is told when, and of which.

#include <doctest/doctest.h>

#include "mock_warehouse/native_api.h"
#include "mock_warehouse/query_desk.h"
#include "mock_warehouse/sql/engine/duckdb_engine.h"

namespace assay::warehouse::bigquery {
namespace {

using namespace std::chrono_literals;

const VirtualTime kNow = *parse_utc("2026-03-14T06:00:00Z");

std::unique_ptr<sql::Engine> in_process(const Json& json) {
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

Json query(const std::string& sql, const Json& more = Json::object()) {
  Json body = {{"query", sql}, {"useLegacySql", false}};
  body.update(more);
  return body;
}

Json job(const std::string& sql, const std::string& id = "") {
  return {{"jobReference", {{"jobId", id}}}, {"configuration", {{"query", query(sql)}}}};
}

std::string reason(const Answer& answer) {
  const Json* found = find_in(answer.document, "/error/errors/0/reason");
  return found == nullptr ? "none" : found->get<std::string>();
}

TEST_CASE("an answer waits for its job, and no longer than the request lets it") {
  Warehouse warehouse(30'000);
  const Answer early = warehouse.post("/queries", query("SELECT 1 AS x"));
  CHECK(early.held == 10s);
  CHECK(early.document["jobComplete"] == false);
  CHECK_FALSE(early.document.contains("totalRows"));
  const std::string path = "/queries/" + early.document["jobReference"]["jobId"].get<std::string>();
  CHECK(warehouse.get(path + "?timeoutMs=0", 12s).held == 0s);
  CHECK(warehouse.get(path + "?timeoutMs=0", 12s).document["jobComplete"] == false);
  const Answer done = warehouse.get(path + "?timeoutMs=60000", 12s);
  CHECK(done.held == 18s);
  CHECK(done.document["jobComplete"] == true);
  CHECK(done.document["rows"][0]["f"][0]["v"] == "1");
  CHECK(warehouse.post("/queries", query("SELECT 2 AS x", {{"timeoutMs", 30'000}})).held == 30s);
  CHECK(reason(warehouse.post(
            "/queries", query("SELECT 3 AS x", {{"timeoutMs", ~std::uint64_t{0}}}))) == "invalid");
  // The service answers by then, whatever is asked for.
  Warehouse slow(3'600'000);
  CHECK(slow.post("/queries", query("SELECT 1 AS x", {{"timeoutMs", 900'000}})).held == 200s);
}

TEST_CASE("what is wrong with a query is told at once") {
  Warehouse warehouse(30'000);
  const Answer answer = warehouse.post("/queries", query("SELECT nothing FROM orders"));
  CHECK(answer.status == 400);
  CHECK(answer.held == 0s);
  CHECK(reason(answer) == "invalidQuery");
  CHECK(answer.content_type == "application/json; charset=UTF-8");
  // As a job it is taken, and has failed.
  const Answer failed = warehouse.post("/jobs", job("SELECT nothing FROM orders", "mine"));
  CHECK(failed.status == 200);
  CHECK(failed.document["status"]["state"] == "DONE");
  CHECK(failed.document["status"]["errorResult"]["reason"] == "invalidQuery");
  CHECK(warehouse.get("/queries/mine").status == 400);
  // Legacy SQL is what a request means that does not say otherwise.
  CHECK(reason(warehouse.post("/queries", {{"query", "SELECT 1 AS x"}})) == "invalid");
}

TEST_CASE("a requestId stands for its request for a quarter of an hour") {
  Warehouse warehouse;
  const auto id = [&](const char* sql, Duration at) {
    return warehouse
        .post("/queries", query(sql, {{"requestId", "r1"}, {"useQueryCache", false}}), at)
        .document["jobReference"]["jobId"]
        .get<std::string>();
  };
  const std::string first = id("SELECT 1 AS x", 0s);
  CHECK(id("SELECT 1 AS x", 14min) == first);
  CHECK(id("SELECT 2 AS x", 14min) != first);
  CHECK(id("SELECT 1 AS x", 15min) != first);
}

TEST_CASE("a job has its name for itself, and is told of by this API alone") {
  Warehouse warehouse;
  CHECK(warehouse.post("/jobs", job("SELECT 1 AS x", "mine")).status == 200);
  CHECK(reason(warehouse.post("/jobs", job("SELECT 1 AS x", "mine"))) == "duplicate");
  CHECK(reason(warehouse.post("/jobs", job("SELECT 1 AS x", "a b"))) == "invalid");
  CHECK(warehouse.post("/jobs", job("SELECT 1 AS x", "job_3")).status == 200);
  CHECK(warehouse.post("/queries", query("SELECT 2 AS x")).document["jobReference"]["jobId"] ==
        "job_3_");
  CHECK(warehouse.get("/jobs/mine?location=us").status == 200);
  CHECK(warehouse.get("/jobs/mine?location=EU").status == 404);
  const Answer native = warehouse.ask(
      {.method = "POST", .target = "/v1/queries", .body = R"({"sql": "SELECT 1 AS x"})"}, 0s);
  CHECK(warehouse.get("/jobs/" + native.document["job_id"].get<std::string>()).status == 404);
  CHECK(warehouse.get("/jobs").document["jobs"].size() == 3);
}

TEST_CASE("a cancelled job is over, and its rows are not to be had") {
  Warehouse warehouse(30'000);
  warehouse.post("/jobs", job("SELECT 1 AS x", "mine"));
  const Answer answer = warehouse.post("/jobs/mine/cancel", Json::object(), 5s);
  CHECK(answer.document["job"]["status"]["errorResult"]["reason"] == "stopped");
  CHECK(answer.document["job"]["statistics"]["endTime"] ==
        std::to_string(to_ms((kNow + 5s).time_since_epoch())));
  CHECK(reason(warehouse.get("/queries/mine", 6s)) == "stopped");
}

TEST_CASE("an outcome that may be another one the next time is not kept") {
  Warehouse warehouse;
  const auto hit = [&](const char* sql) {
    warehouse.post("/queries", query(sql));
    return warehouse.post("/queries", query(sql)).document["cacheHit"].get<bool>();
  };
  CHECK(hit("SELECT COUNT(*) AS n FROM orders"));
  CHECK_FALSE(hit("SELECT current_date() AS d"));
}

TEST_CASE("views hold jobs up and fail them") {
  Warehouse warehouse;
  warehouse.view.pending = View::Pending{"PENDING"};
  CHECK(warehouse.post("/jobs", job("SELECT 1 AS x", "mine")).document["status"]["state"] ==
        "PENDING");
  CHECK(warehouse.get("/queries/mine?timeoutMs=500").held == 500ms);
  warehouse.view = {.job_failure = View::JobFailure{"backendError", "no"}};
  const Answer failed = warehouse.get("/queries/mine");
  CHECK(failed.status == 200);
  CHECK(failed.document["jobComplete"] == true);
  CHECK(failed.document["errors"][0]["reason"] == "backendError");
  CHECK_FALSE(failed.document.contains("rows"));
  // It stays so.
  warehouse.view = {};
  CHECK(warehouse.get("/queries/mine").document == failed.document);
  CHECK(warehouse.get("/jobs/mine").document["status"]["errorResult"]["message"] == "no");
}

TEST_CASE("a token that is good for some tables reads and lists no others") {
  Json more = {{"auth", {{"token", "t1"}, {"tables", {"orders"}}}},
               {"tables",
                {{"orders", {{"row_count", 3}, {"columns", {{{"name", "id"}, {"type", "INT64"}}}}}},
                 {"pay", {{"row_count", 9}, {"columns", {{{"name", "id"}, {"type", "INT64"}}}}}}}}};
  Warehouse warehouse(0, more);
  const auto get = [&](const std::string& path) {
    return warehouse.ask({.method = "GET",
                          .target = "/projects/warehouse/datasets/analytics/tables" + path,
                          .headers = {{"Authorization", "Bearer t1"}}},
                         0s);
  };
  CHECK(get("/orders").status == 200);
  for (const char* path : {"/pay", "/pay/data", "/nosuch"}) {
    const Answer answer = get(path);
    CHECK(answer.status == 403);
    CHECK(answer.document["error"]["errors"][0]["reason"] == "accessDenied");
  }
  CHECK(get("").document["tables"].size() == 1);
  CHECK(get("").document["totalItems"] == 1);
}

}  // namespace
}  // namespace assay::warehouse::bigquery
