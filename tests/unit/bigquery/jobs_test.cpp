// Jobs of the BigQuery-compatible API in virtual time: what is told when, and of which.

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/unit/bigquery/warehouse.h"

namespace assay::warehouse::bigquery {
namespace {

TEST_CASE("an answer waits for its job, and no longer than the request lets it") {
  Warehouse warehouse(30'000);
  const Answer early = warehouse.post("/queries", query("SELECT 1 AS x"));
  CHECK(early.held == 10s);
  CHECK(early.document["jobComplete"] == false);
  CHECK_FALSE(early.document.contains("totalRows"));
  CHECK(early.document["creationTime"] == std::to_string(to_ms(kNow.time_since_epoch())));
  CHECK(early.document.contains("startTime"));
  CHECK_FALSE(early.document.contains("endTime"));
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
  CHECK_FALSE(failed.document["statistics"]["query"].contains("statementType"));
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

TEST_CASE("a job that takes longer than its jobTimeoutMs is stopped then") {
  Warehouse warehouse(30'000);
  Json limited = job("SELECT 1 AS x", "limited");
  limited["configuration"]["jobTimeoutMs"] = "2500";
  CHECK(warehouse.post("/jobs", limited).document["status"]["state"] == "RUNNING");
  CHECK(warehouse.get("/jobs/limited", 2499ms).document["status"]["state"] == "RUNNING");
  const Answer stopped = warehouse.get("/jobs/limited", 2500ms);
  CHECK(stopped.document["status"]["state"] == "DONE");
  CHECK(stopped.document["status"]["errorResult"]["reason"] == "stopped");
  CHECK(stopped.document["configuration"]["jobTimeoutMs"] == "2500");
  const Answer rows = warehouse.get("/queries/limited", 3s);
  CHECK(rows.status == 499);
  CHECK(rows.document["error"]["message"] ==
        "Job execution was cancelled: Job timed out after 2 sec");
  const auto in_time = [&](std::int64_t ms) {
    return warehouse.post("/queries",
                          query("SELECT 1 AS x", {{"timeoutMs", 60'000}, {"jobTimeoutMs", ms}}));
  };
  CHECK(in_time(29'999).status == 499);
  CHECK(in_time(30'000).status == 200);
  CHECK(in_time(0).status == 200);
  // What is wrong with a query is told at once all the same.
  CHECK(reason(warehouse.post("/queries", query("SELECT nothing FROM orders",
                                                {{"jobTimeoutMs", 1}}))) == "invalidQuery");
}

TEST_CASE("a job that is over can be deleted, and is told of no more") {
  Warehouse warehouse(1'000);
  const auto remove = [&](const std::string& path, Duration at) {
    return warehouse.ask({.method = "DELETE", .target = "/projects/warehouse/jobs/" + path}, at);
  };
  warehouse.post("/jobs", job("SELECT 1 AS x", "mine"));
  CHECK(reason(remove("mine/delete", 2s)) == "invalid");
  CHECK(reason(remove("mine/delete?location=EU", 2s)) == "notFound");
  CHECK(reason(remove("mine/delete?location=US", 999ms)) == "resourceInUse");
  const Answer gone = remove("mine/delete?location=US", 1s);
  CHECK(gone.status == 200);
  CHECK(gone.document == Json::object());
  CHECK(warehouse.get("/jobs/mine", 2s).status == 404);
  CHECK(warehouse.get("/queries/mine", 2s).status == 404);
  CHECK(remove("mine/delete?location=US", 2s).status == 404);
  CHECK_FALSE(warehouse.get("/jobs", 2s).document.contains("jobs"));
  CHECK(reason(warehouse.post("/jobs", job("SELECT 1 AS x", "mine"), 2s)) == "duplicate");
  // There is no method without the last word of the path.
  CHECK(reason(remove("mine?location=US", 2s)) == "httpMethodNotAllowed");
}

TEST_CASE("a request gets the fields that it asks for, and errors whole") {
  Warehouse warehouse;
  warehouse.post("/jobs", job("SELECT 1 AS x", "mine"));
  const Answer state = warehouse.get("/jobs/mine?fields=status/state");
  CHECK(dump_json(state.document) == R"({"status":{"state":"DONE"}})");
  CHECK(state.body == dump_json(state.document));
  CHECK(dump_json(warehouse.get("/jobs?fields=jobs(jobReference/jobId)").document) ==
        R"({"jobs":[{"jobReference":{"jobId":"mine"}}]})");
  const Answer wrong = warehouse.get("/jobs/mine?fields=status(state");
  CHECK(wrong.status == 400);
  CHECK(reason(wrong) == "invalidParameter");
  CHECK(reason(warehouse.get("/jobs/other?fields=kind")) == "notFound");
}

TEST_CASE("records as parameters, and bytes that are no text, come through the engine") {
  Warehouse warehouse;
  const auto rows = [&](const std::string& sql, const char* parameters) {
    Json body = query(sql, {{"parameterMode", "NAMED"}});
    body["queryParameters"] = Json::parse(parameters);
    const Json answer = warehouse.post("/queries", body).document;
    return dump_json(answer.contains("rows") ? answer["rows"] : answer);
  };
  constexpr const char* kRecord = R"([{"name": "p",
    "parameterType": {"type": "STRUCT", "structTypes": [
      {"name": "a", "type": {"type": "INT64"}},
      {"name": "list", "type": {"type": "ARRAY", "arrayType": {"type": "STRING"}}},
      {"name": "gone", "type": {"type": "DATE"}}]},
    "parameterValue": {"structValues": {"a": {"value": "7"},
      "list": {"arrayValues": [{"value": "x'"}, {"value": "y"}]}}}}])";
  CHECK(rows("SELECT @p.a + 1 AS n, ARRAY_LENGTH(@p.list) AS l, @p AS p", kRecord) ==
        R"([{"f":[{"v":"8"},{"v":"2"},{"v":{"f":[{"v":"7"},{"v":[{"v":"x'"},{"v":"y"}]},)"
        R"({"v":null}]}}]}])");
  constexpr const char* kRecords = R"([{"name": "p",
    "parameterType": {"type": "ARRAY", "arrayType": {"type": "STRUCT", "structTypes": [
      {"name": "k", "type": {"type": "INT64"}}]}},
    "parameterValue": {"arrayValues": [{"structValues": {"k": {"value": "2"}}},
                                       {"structValues": {"k": {"value": "5"}}}]}}])";
  CHECK(rows("SELECT SUM(r.k) AS s FROM UNNEST(@p) AS r", kRecords) == R"([{"f":[{"v":"7"}]}])");
  constexpr const char* kGaps = R"([{"name": "p",
    "parameterType": {"type": "ARRAY", "arrayType": {"type": "STRUCT", "structTypes": [
      {"name": "k", "type": {"type": "DATE"}},
      {"name": "r", "type": {"type": "STRUCT", "structTypes": [
        {"name": "x", "type": {"type": "BOOL"}}]}}]}},
    "parameterValue": {"arrayValues": [{}, {"structValues": {}},
      {"structValues": {"k": {"value": "2026-03-13"},
                        "r": {"structValues": {"x": {"value": "true"}}}}}]}}])";
  CHECK(rows("SELECT ARRAY_LENGTH(@p) AS n, COUNTIF(e IS NULL) AS a, COUNTIF(e.k IS NULL) AS b, "
             "COUNTIF(e.r.x) AS c FROM UNNEST(@p) AS e",
             kGaps) == R"([{"f":[{"v":"3"},{"v":"1"},{"v":"2"},{"v":"1"}]}])");
  CHECK(rows("SELECT @a AS a, -@a AS b, @c AS c",
             R"([{"name": "a", "parameterType": {"type": "FLOAT64"},
                  "parameterValue": {"value": "Infinity"}},
                 {"name": "c", "parameterType": {"type": "FLOAT64"},
                  "parameterValue": {"value": "NaN"}}])") ==
        R"([{"f":[{"v":"Infinity"},{"v":"-Infinity"},{"v":"NaN"}]}])");
  CHECK(rows("SELECT @b AS b, [@b] AS bs",
             R"([{"name": "b", "parameterType": {"type": "BYTES"},
                  "parameterValue": {"value": "AP/+"}}])") ==
        R"([{"f":[{"v":"AP/+"},{"v":[{"v":"AP/+"}]}]}])");
}

TEST_CASE("a job tells which tables its query names") {
  Warehouse warehouse;
  warehouse.post("/jobs", job("SELECT COUNT(*) AS n FROM orders a JOIN analytics.orders b "
                              "ON a.id = b.id, INFORMATION_SCHEMA.TABLES",
                              "mine"));
  const Answer answer = warehouse.get("/jobs/mine");
  CHECK(dump_json(answer.document["statistics"]["query"]["referencedTables"]) ==
        R"([{"projectId":"warehouse","datasetId":"analytics","tableId":"orders"}])");
  warehouse.post("/jobs", job("SELECT 1 AS x", "none"));
  CHECK_FALSE(
      warehouse.get("/jobs/none").document["statistics"]["query"].contains("referencedTables"));
}

TEST_CASE("both APIs run a query alike, and count on the same quotas") {
  Warehouse warehouse(0, {{"queries", {{"max_queries", 3}, {"max_bytes", 60}}}});
  const auto native = [&](const std::string& sql) {
    return warehouse.ask(
        {.method = "POST", .target = "/v1/queries", .body = dump_json({{"sql", sql}})}, 0s);
  };
  const std::string sql = "SELECT SUM(id) AS s FROM orders";  // 24 bytes
  const Json told = native(sql).document;
  const Json answer = warehouse.post("/queries", query(sql, {{"useQueryCache", false}})).document;
  CHECK(answer["rows"][0]["f"][0]["v"] == dump_json(told["rows"][0]["s"]));
  CHECK(answer["totalBytesProcessed"] == dump_json(told["bytes_processed"]));
  const Answer beyond = warehouse.post("/queries", query(sql, {{"useQueryCache", false}}));
  CHECK(beyond.status == 403);
  CHECK(reason(beyond) == "quotaExceeded");
  CHECK(beyond.document["error"]["message"].get<std::string>().starts_with("Custom quota"));
  // That was the third.
  CHECK(reason(warehouse.post("/queries", query("SELECT 1 AS x"))) == "quotaExceeded");
  CHECK(native("SELECT 1 AS x").document["error"]["code"] == "quota_exceeded");
}

TEST_CASE("jobs are listed by one state, or by several") {
  Warehouse warehouse(1'000);
  warehouse.post("/jobs", job("SELECT 1 AS x", "old"));
  warehouse.post("/jobs", job("SELECT 2 AS x", "new"), 5s);
  const auto listed = [&](const std::string& filter) {
    std::string ids;
    const Answer answer = warehouse.get("/jobs" + filter, 5s);
    if (answer.status != 200) return reason(answer);
    for (const Json& item : answer.document.value("jobs", Json::array()))
      ids += item["jobReference"]["jobId"].get<std::string>() + " ";
    return ids;
  };
  CHECK(listed("?stateFilter=done") == "old ");
  CHECK(listed("?stateFilter=running") == "new ");
  CHECK(listed("?stateFilter=running&stateFilter=DONE") == "new old ");
  CHECK(listed("?stateFilter=pending") == "");
  CHECK(listed("?stateFilter=done&stateFilter=finished") == "invalid");
  // What stands in the full projection alone, and what in every one.
  const Json brief = warehouse.get("/jobs").document["jobs"][0];
  const Json full = warehouse.get("/jobs?projection=FULL").document["jobs"][0];
  for (const char* key : {"status", "user_email", "configuration"}) {
    CHECK_FALSE(brief.contains(key));
    CHECK(full.contains(key));
  }
  CHECK(full["configuration"]["query"]["query"] == "SELECT 2 AS x");
}

TEST_CASE("what jobs keep of their requests is bounded, and so is a page of them") {
  Warehouse warehouse;
  Json body = {{"useLegacySql", false}, {"query", "SELECT 1" + std::string(900'000, ' ')}};
  // A query that is too long is refused, and is a job all the same.
  std::size_t filed = 0;
  while (filed < 100 &&
         dump_json(warehouse.post("/queries", body).document).find("too many queries") ==
             std::string::npos)
    ++filed;
  CHECK(filed == QueryDesk::kMaxNotedBytes / 900'000);
  std::size_t listed = 0;
  std::string token;
  do {
    const Answer answer = warehouse.get("/jobs?projection=full&maxResults=1000&pageToken=" + token);
    REQUIRE(answer.status == 200);
    CHECK(dump_json(answer.document).size() < (11 << 20));
    listed += answer.document.at("jobs").size();
    token = answer.document.value("nextPageToken", "");
  } while (!token.empty());
  CHECK(listed >= filed);
}

TEST_CASE("maximumBytesBilled is held against what is billed, which is ten megabytes at least") {
  Warehouse warehouse;
  const auto ask = [&](const std::string& sql, const std::string& most) {
    return warehouse
        .post("/queries", {{"query", sql},
                           {"useLegacySql", false},
                           {"useQueryCache", false},
                           {"maximumBytesBilled", most}})
        .document;
  };
  const Json refused = ask("SELECT id FROM orders", "10485759");
  CHECK(refused.at("error").at("errors").at(0).at("reason") == "bytesBilledLimitExceeded");
  CHECK(refused.at("error").at("message") ==
        "Query exceeded limit for bytes billed: 10485759. 10485760 or higher required.");
  CHECK(ask("SELECT id FROM orders", "10485760").at("totalBytesBilled") == "10485760");
  // Nothing is billed for nothing.
  CHECK(ask("SELECT COUNT(*) FROM orders", "1").at("totalBytesBilled") == "0");
}

TEST_CASE(
    "a query in another place is told what is not there, and no dataset that it does not name") {
  Warehouse warehouse;
  const auto message = [&](const std::string& sql) {
    const Answer answer =
        warehouse.post("/queries", {{"query", sql}, {"useLegacySql", false}, {"location", "EU"}});
    return answer.document.at("error").at("message").get<std::string>();
  };
  CHECK(message("SELECT 1") ==
        "Invalid value for location: EU, for all of this warehouse is in US");
  CHECK(message("SELECT id FROM orders").ends_with(" was not found in location EU"));
}

TEST_CASE("legacy SQL is refused, by whichever of its two ways it is asked for") {
  Warehouse warehouse;
  const auto told = [&](const std::string& sql, const Json& more) {
    Json body = {{"query", sql}};
    body.update(more);
    const Answer answer = warehouse.post("/queries", body);
    return answer.status == 200 ? "fine" : answer.document["error"]["message"].get<std::string>();
  };
  const std::string none = "Invalid value for useLegacySql: this warehouse has no legacy SQL";
  CHECK(told("SELECT 1 AS x", {{"useLegacySql", true}}).starts_with(none));
  CHECK(told("SELECT 1 AS x", Json::object()).starts_with(none));
  CHECK(told("#legacySQL\nSELECT 1 AS x", Json::object()).starts_with(none));
  CHECK(told("#standardsql\nSELECT 1 AS x", Json::object()) == "fine");
  CHECK(told("#standardSQLSELECT 1 AS x", Json::object()).starts_with(none));
  for (const auto& [sql, legacy] : {std::pair{"#legacySQL\nSELECT 1 AS x", false},
                                    std::pair{"#standardSQL\nSELECT 1 AS x", true}})
    CHECK(told(sql, {{"useLegacySql", legacy}})
              .starts_with("Invalid value for useLegacySql: the query begins with #"));
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

}  // namespace
}  // namespace assay::warehouse::bigquery
