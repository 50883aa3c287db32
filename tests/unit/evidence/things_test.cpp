// Which requests of a case ask for the same thing: by API, by body, by query and by page.

#include "harness/evidence/things.h"

#include <doctest/doctest.h>

namespace assay::evidence {
namespace {

const std::string kQueries = "/bigquery/v2/projects/p/queries";

model::Request get(const std::string& target, const std::string& sql = "") {
  model::Request request;
  request.operation = sql.empty() ? "get_partition" : "bigquery.jobs.getQueryResults";
  request.method = "GET";
  request.target = target;
  request.sql = sql;
  request.headers = Json::array({Json::array({"Authorization", "sha256:aa"})});
  return request;
}

/// `body` stands for its bytes: other ids in it are another body.
model::Request post(const std::string& body, const std::string& sql = "") {
  model::Request request = get(kQueries, sql);
  request.operation = "bigquery.jobs.query";
  request.method = "POST";
  request.body_sha256 = body;
  return request;
}

/// "0 1 0": the thing of each request.
std::string numbers(const std::vector<model::Request>& requests) {
  Things things;
  std::string text;
  for (const model::Request& request : requests)
    text += (text.empty() ? "" : " ") + std::to_string(things.of(request).thing);
  return text;
}

TEST_CASE("without a body, method, target and token say what is asked for") {
  model::Request other_method = get("/a"), other_token = get("/a");
  other_method.method = "HEAD";
  other_token.headers[0][1] = "sha256:bb";
  CHECK(numbers({get("/a"), get("/b"), get("/a"), other_method, other_token}) == "0 1 0 2 3");
}

TEST_CASE("needless escapes and an empty query make no other target, and others do") {
  CHECK(numbers({get("/v1/orders"), get("/v1/%6frders"), get("/v1/o%72der%73"), get("/v1/orders?"),
                 get("/v1/orders%2F"), get("/v1/orders/"), get("/v1/orders%2f"), get("/v1/orders%"),
                 get("/v1/orders%6"), get("/v1/orders%g0"), get("http://a:1/v1/orders"),
                 get("HTTP://wh/v1/orders?"), get("http://a"), get("http://")}) ==
        "0 0 0 0 1 2 1 3 4 5 0 0 6 6");
}

TEST_CASE("a body of other bytes asks for something else, unless it is the same query") {
  CHECK(numbers({post("1"), post("2"), post("1")}) == "0 1 0");
  CHECK(numbers({post("1", "SELECT 1"), post("2", "SELECT 1"), post("3", "SELECT 2")}) == "0 0 1");
  model::Request job = post("4", "SELECT 1");
  job.operation = "bigquery.jobs.insert";
  job.target = "/bigquery/v2/projects/p/jobs";
  CHECK(numbers({post("1", "SELECT 1"), job}) == "0 0");
}

TEST_CASE("a page of a query is the same page after the query was asked anew") {
  const std::string sql = "SELECT x FROM t";
  const auto page = [&](const std::string& job, const std::string& rest) {
    return get(kQueries + "/" + job + rest, sql);
  };
  CHECK(numbers({post("1", sql), page("job_1", "?pageToken=b"), page("job_1", "?pageToken=b"),
                 page("job_1", "?pageToken=c&timeoutMs=5"), post("2", sql),
                 page("job_2", "?maxResults=3&pageToken=q"), page("job_2", "?pageToken=r")}) ==
        "0 1 1 2 0 1 2");
  // Without a token it is the first page, or one that begins elsewhere; the query is neither.
  CHECK(numbers({post("1", sql), page("job_1", ""), page("job_1", "?timeoutMs=100"),
                 page("job_1", "?startIndex=12"), page("job_2", "?startIndex=12")}) == "0 1 1 2 2");
  CHECK(numbers({page("job_1", "?notpageToken=b"), page("job_1", "")}) == "0 0");
}

TEST_CASE("a query and the pages of its result are one operation, by whichever they come") {
  const std::string sql = "SELECT x FROM t";
  Things things;
  std::string text;
  for (const model::Request& request :
       {post("1", sql), get(kQueries + "/job_1?pageToken=b", sql), post("2", "SELECT 2"), get("/a"),
        post("3"), get(kQueries + "/job_9?pageToken=b", sql)})
    text += things.of(request).operation + "; ";
  CHECK(text == "query 1; query 1; query 2; get_partition; bigquery.jobs.query; query 1; ");
}

}  // namespace
}  // namespace assay::evidence
