// Which query a record tells: of requests that bring one, and of those for its result.

#include <doctest/doctest.h>

#include "mock_warehouse/limits.h"
#include "mock_warehouse/sql/query.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

/// Whatever is asked, the answer is two rows.
class TwoRows final : public sql::Engine {
 public:
  Result<sql::QueryOutcome> run(const sql::Query&) override {
    return sql::QueryOutcome(sql::QueryResult{{{"n", "INT64"}}, json("[[1], [2]]"), 0});
  }
};

Driven with_sql(const std::string& script = "[]") {
  Json world = small_world();
  world["queries"] = Json::object();
  world["auth"] = json(R"({"token": "t"})");
  auto server = Server::make(world, json(script),
                             {.start = *parse_utc("2026-03-14T06:00:00Z"),
                              .engine = [](const Json&) -> std::unique_ptr<sql::Engine> {
                                return std::make_unique<TwoRows>();
                              }});
  REQUIRE_MESSAGE(server.ok(), server.error().to_string());
  return Driven(std::move(server).value());
}

std::string post(const std::string& path, const std::string& body, const std::string& token = "t") {
  return "POST " + path + " HTTP/1.1\r\nHost: w\r\nAuthorization: Bearer " + token +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get_as(const std::string& path) { return get(path, "Authorization: Bearer t\r\n"); }

const std::string kQueries = "/bigquery/v2/projects/warehouse/queries";
const std::string kJobs = "/bigquery/v2/projects/warehouse/jobs";

std::string asks(const std::string& query, const std::string& more = "") {
  return R"({"query": ")" + query + R"(", "useLegacySql": false)" + more + "}";
}

TEST_CASE("a query is told with its parameters, and without the ids that a client gives it") {
  Driven warehouse = with_sql();
  const std::string day =
      R"(, "queryParameters": [{"name": "d", "parameterType": {"type": "DATE"},)"
      R"( "parameterValue": {"value": "2026-03-13"}}])";
  for (const char* id : {"a", "b"})
    warehouse.exchange(post(kQueries, asks("SELECT @d", day + R"(, "requestId": ")" + id + "\"")));
  for (const char* id : {"mine", "yours"})
    warehouse.exchange(post(kJobs, R"({"jobReference": {"jobId": ")" + std::string(id) +
                                       R"("}, "configuration": {"query": )" +
                                       asks("SELECT @d", day) + "}}"));
  const std::string told = warehouse.request(0).sql;
  CHECK(told.starts_with("SELECT @d\n-- parameters: [{\"name\":\"d\""));
  CHECK(told.find("2026-03-13") != std::string::npos);
  for (int i = 1; i < 4; ++i) CHECK(warehouse.request(i).sql == told);
  warehouse.exchange(post(kQueries, asks("SELECT @d")));
  warehouse.exchange(post(kQueries, asks("SELECT @d", R"(, "dryRun": true)")));
  CHECK(warehouse.request(4).sql == "SELECT @d");
  CHECK(warehouse.request(5).sql == "SELECT @d\n-- dry run");
  warehouse.exchange(post("/v1/queries", R"({"sql": "SELECT ?", "params": [3]})"));
  CHECK(warehouse.request(6).sql == "SELECT ?\n-- parameters: [3]");
}

TEST_CASE("who asks for a result asks for the query that its job has") {
  Driven warehouse = with_sql();
  warehouse.exchange(post(kQueries, asks("SELECT 1")));
  warehouse.exchange(post(kQueries, asks("SELECT 2")));
  const Json page = json(body_of(warehouse.exchange(get_as(kQueries + "/job_1?maxResults=1"))));
  warehouse.exchange(get_as(kQueries + "/job_1?pageToken=" + page["pageToken"].get<std::string>()));
  warehouse.exchange(get_as(kQueries + "/job_2"));
  warehouse.exchange(get_as(kQueries + "/job_9"));
  warehouse.exchange(get_as(kJobs + "/job_1"));
  warehouse.exchange(get_as("/v1/queries/job_2"));
  std::string told;
  for (int i = 2; i < 8; ++i) told += warehouse.request(i).sql + "; ";
  CHECK(told == "SELECT 1; SELECT 1; SELECT 2; ; ; SELECT 2; ");
  CHECK(warehouse.request(2).next_page);
  CHECK_FALSE(warehouse.request(3).next_page);
}

TEST_CASE("a query is told whether or not it is answered") {
  Driven warehouse = with_sql(
      R"([{"match": {"operation": "bigquery.jobs.query"}, "steps": [{"fault": "hang"}]}])");
  RawClient client = warehouse.connect();
  client.send(post(kQueries, asks("SELECT 1")));
  warehouse.pump();
  warehouse.exchange(post(kQueries, asks("SELECT 1"), "another"));
  warehouse.exchange(post(kQueries, "no JSON"));
  warehouse.exchange(post(kQueries, R"({"query": 1})"));
  CHECK(warehouse.request(0).sql == "SELECT 1");
  CHECK(warehouse.request(1).sql == "SELECT 1");
  CHECK(warehouse.request(1).status == 401);
  CHECK(warehouse.request(2).sql.empty());
  CHECK(warehouse.request(3).sql.empty());
}

TEST_CASE("a long query is told by its beginning and a hash of all of it") {
  Driven warehouse = with_sql();
  const std::string same(2 * kMaxRecordedBody, 'x');
  for (const char* end : {"1", "2", "1"})
    warehouse.exchange(post(kQueries, asks("SELECT '" + same + end + "'")));
  CHECK(warehouse.request(0).sql.size() < kMaxRecordedBody + 100);
  CHECK(warehouse.request(0).sql != warehouse.request(1).sql);
  CHECK(warehouse.request(0).sql == warehouse.request(2).sql);
}

}  // namespace
}  // namespace assay::warehouse
