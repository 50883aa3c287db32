// What the journal's checks make of queries and of pages of their results.

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::Request;
using std::chrono::milliseconds;

/// A request of the BigQuery-compatible API, for the query or for a page of its result.
static Request of_query(const Case& c, int status, const std::string& sql, const std::string& job,
                        const std::string& token = "") {
  Request r = asked(c, status, milliseconds(0), status == 200 ? "" : "http_error");
  r.operation = token.empty() ? "bigquery.jobs.query" : "bigquery.jobs.getQueryResults";
  r.method = token.empty() ? "POST" : "GET";
  r.target = "/bigquery/v2/projects/p/queries";
  if (token.empty()) r.body_sha256 = "of a body that names " + job;
  if (!token.empty()) r.target += "/" + job + "?pageToken=" + token;
  r.sql = sql;
  return r;
}

/// One that asks these in every case where `where` says so.
static Candidate asks_queries(bool (*where)(const Case&),
                              std::function<std::vector<Request>(const Case&)> requests) {
  return [=](const Case& c) {
    if (!where(c)) return patient({}, never)(c);
    return with(sound()(c), requests(c), milliseconds(1));
  };
}

TEST_CASE("a query that is asked again is a further try, and another query is none") {
  const auto tried = [](const std::string& second) {
    return ready(asks_queries(may_pass,
                              [=](const Case& c) {
                                return std::vector{of_query(c, 503, "SELECT 1", "job_1"),
                                                   of_query(c, 200, second, "job_2")};
                              }),
                 "retries_transient");
  };
  CHECK(tried("SELECT 1") == "observed");
  CHECK(tried("SELECT 2") == "not_observed");
  // A page that failed is tried again by whoever asks the query anew and comes to that page.
  const auto page = [](const std::string& sql) {
    return ready(asks_queries(may_pass,
                              [=](const Case& c) {
                                return std::vector{of_query(c, 200, "SELECT 1", "job_1"),
                                                   of_query(c, 503, "SELECT 1", "job_1", "b"),
                                                   of_query(c, 200, sql, "job_2"),
                                                   of_query(c, 200, sql, "job_2", "q")};
                              }),
                 "retries_transient");
  };
  CHECK(page("SELECT 1") == "observed");
  CHECK(page("SELECT 2") == "not_observed");
}

TEST_CASE("pages of a query are read on by another operation, and need no person") {
  const auto calm = [](const Case& c) { return c.label == "healthy"; };
  const auto judged = [&](const std::string& id, std::vector<std::string> tokens,
                          const std::string& sql = "SELECT 1") {
    const Candidate honest = asks_queries(calm, [=](const Case& c) {
      std::vector<Request> requests{of_query(c, 200, "SELECT 1", "job_1")};
      requests.front().next_page = true;
      for (const std::string& token : tokens)
        requests.push_back(of_query(c, 200, sql, "job_1", token));
      return requests;
    });
    return ready(
        [=](const Case& c) {
          auto o = honest(c);
          if (c.label == "healthy") o.value["actual_rows"] = nullptr;
          return o;
        },
        id);
  };
  CHECK(judged("reads_all_pages", {"b", "c"}) == "observed");
  CHECK(judged("reads_all_pages", {}) == "not_observed");
  CHECK(judged("reads_all_pages", {"b"}, "SELECT 2") == "not_observed");
  CHECK(judged("needless_requests", {"b", "c"}) == "not_observed");
  CHECK(judged("needless_requests", {"b", "b"}) == "observed");
}

}  // namespace assay::evidence::testing
