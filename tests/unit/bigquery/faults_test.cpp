// Jobs and pages under faults, and what this warehouse refuses.

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/unit/bigquery/warehouse.h"

namespace assay::warehouse::bigquery {
namespace {

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

HttpRequest on_job(std::string method, const std::string& path) {
  return {.method = std::move(method), .target = "/projects/warehouse/jobs" + path};
}

/// {fault, …} for every request.
Script always(const char* step) {
  return Script(Json::array({{{"steps", {Json::parse(step)}}, {"then", "repeat"}}}), 1);
}

TEST_CASE("a page has no more than is asked for, however large the script's pages are") {
  Warehouse warehouse;
  warehouse.view.paging.size = 2;
  const auto rows = [&](const Answer& answer) {
    return answer.document.value("rows", Json::array()).size();
  };
  const std::string sql = "SELECT id FROM orders";
  CHECK(rows(warehouse.post("/queries", query(sql, {{"maxResults", 1}}))) == 1);
  CHECK(rows(warehouse.post("/queries", query(sql, {{"maxResults", 3}}))) == 2);
  const Answer all = warehouse.post("/queries", query(sql));
  CHECK(rows(all) == 2);
  const std::string path = "/queries/" + all.document["jobReference"]["jobId"].get<std::string>();
  CHECK(rows(warehouse.get(path + "?maxResults=1")) == 1);
  CHECK(rows(warehouse.get(path + "?maxResults=3")) == 2);
  CHECK(rows(warehouse.get("/datasets/analytics/tables/orders/data?maxResults=1")) == 1);
}

HttpRequest filing(const Json& body) {
  return {.method = "POST", .target = "/projects/warehouse/jobs", .body = dump_json(body)};
}

TEST_CASE("a change that a fault refuses does not take effect") {
  Warehouse warehouse;
  const HttpRequest remove = on_job("DELETE", "/mine/delete?location=US");
  Script pending = always(R"({"fault": "job_pending"})");
  warehouse.ask_script(pending, filing(job("SELECT 1 AS x", "mine")));
  CHECK(reason(warehouse.ask_script(pending, remove)) == "resourceInUse");
  CHECK(warehouse.get("/jobs/mine").status == 200);
  Script refused = always(R"({"fault": "bigquery_error", "code": "backendError"})");
  CHECK(warehouse.ask_script(refused, remove).status == 503);
  CHECK(warehouse.get("/jobs/mine").status == 200);
  Script no_access = always(R"({"fault": "http_error", "status": 403})");
  Warehouse slow(30'000);
  slow.post("/jobs", job("SELECT 1 AS x", "mine"));
  CHECK(slow.ask_script(no_access, on_job("POST", "/mine/cancel")).status == 403);
  CHECK(slow.get("/jobs/mine").document["status"]["state"] == "RUNNING");
  CHECK(slow.get("/queries/mine", 30s).document["rows"].size() == 1);
  // Where it is not refused it does.
  Script spared = always(R"({"fault": "stale_metadata"})");
  CHECK(warehouse.ask_script(spared, remove).status == 200);
  CHECK(warehouse.get("/jobs/mine").status == 404);
}

TEST_CASE("a job that a fault holds up can be cancelled, and is over then") {
  Warehouse warehouse;
  Script pending = always(R"({"fault": "job_pending"})");
  warehouse.ask_script(pending, filing(job("SELECT 1 AS x", "mine")));
  const auto is_stopped = [](const Json& json) {
    CHECK(json["status"]["state"] == "DONE");
    CHECK(json["status"]["errorResult"]["reason"] == "stopped");
  };
  is_stopped(warehouse.ask_script(pending, on_job("POST", "/mine/cancel")).document["job"]);
  is_stopped(warehouse.ask_script(pending, on_job("GET", "/mine")).document);
  is_stopped(warehouse.get("/jobs/mine").document);
  CHECK(warehouse.get("/queries/mine").status == 499);
}

TEST_CASE("a job that was told to be over does not go on again") {
  Warehouse warehouse;
  warehouse.post("/jobs", job("SELECT 1 AS x", "old"));
  CHECK(warehouse.get("/jobs/old").document["status"]["state"] == "DONE");
  Script pending = always(R"({"fault": "job_pending"})");
  const Answer filed = warehouse.ask_script(pending, filing(job("SELECT 2 AS x", "new")));
  CHECK(filed.document["status"]["state"] == "RUNNING");
  const auto listed = [&](const std::string& filter) {
    std::string ids;
    const Answer answer = warehouse.ask_script(pending, on_job("GET", "?stateFilter=" + filter));
    for (const Json& item : answer.document.value("jobs", Json::array()))
      ids += item["jobReference"]["jobId"].get<std::string>() + " ";
    return ids;
  };
  CHECK(listed("running") == "new ");
  CHECK(listed("done") == "old ");
  CHECK(warehouse.ask_script(pending, on_job("GET", "/old")).document["status"]["state"] == "DONE");
  // An error in its place tells nothing of it.
  Script refused = always(R"({"fault": "bigquery_error", "code": "backendError"})");
  warehouse.ask_script(refused, on_job("GET", "/new"));
  CHECK(listed("running") == "new ");
}

TEST_CASE("an error that says stopped is no success") {
  Warehouse warehouse;
  Script stopped = always(R"({"fault": "bigquery_error", "code": "stopped"})");
  const Answer answer = warehouse.ask_script(
      stopped, {.method = "GET", .target = "/projects/warehouse/queries/mine"});
  CHECK(answer.status == 499);
  CHECK(answer.document["error"]["code"] == 499);
  CHECK(answer.document["error"]["status"] == "CANCELLED");
}

TEST_CASE("what this warehouse has not is told as the service tells it, under either base") {
  Warehouse warehouse;
  struct Example {
    const char* http;
    const char* path;
    int status;
    const char* allow;
  };
  for (const Example& example :
       std::vector<Example>{{"GET", "/datasets/analytics/models", 501, ""},
                            {"DELETE", "/datasets/analytics/models/m", 501, ""},
                            {"GET", "/datasets/analytics/routines", 501, ""},
                            {"GET", "/datasets/analytics/routines/r", 501, ""},
                            {"POST", "/datasets/analytics/tables/orders/insertAll", 501, ""},
                            {"POST", "/datasets/analytics/tables", 501, ""},
                            {"PATCH", "/datasets/analytics/tables/orders", 501, ""},
                            {"DELETE", "/datasets/analytics", 501, ""},
                            {"BREW", "/queries", 501, ""},
                            {"DELETE", "/queries", 405, "POST"},
                            {"PUT", "/jobs", 405, "GET, HEAD, POST"},
                            {"DELETE", "/datasets/analytics/tables/orders/data", 405, "GET, HEAD"},
                            {"GET", "/nothing", 404, ""}}) {
    for (const std::string base : {"", "/bigquery/v2"}) {
      CAPTURE(example.path);
      CAPTURE(base);
      const Answer answer = warehouse.ask(
          {.method = example.http, .target = base + "/projects/warehouse" + example.path}, 0s);
      CHECK(answer.status == example.status);
      // A client reads a number here.
      CHECK(answer.document["error"]["code"] == example.status);
      const auto allow = std::ranges::find(answer.headers, "Allow", [](const auto& header) {
        return std::string_view(header.first);
      });
      CHECK((allow == answer.headers.end() ? "" : allow->second) == example.allow);
    }
  }
  CHECK(reason(warehouse.ask(
            {.method = "POST", .target = "/upload/bigquery/v2/projects/warehouse/jobs"}, 0s)) ==
        "notImplemented");
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
