// The BigQuery-compatible API: routes, parameters of the URL, bodies of jobs.query and jobs.insert,
// and page tokens, without a socket below it.
//
// An input is requests with lines of "--" between them: the first line of each is method and
// target, what follows is its body. `{job}` and `{token}` stand for the job and the page token that
// the answers before named last.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/utf8.h"
#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/limits.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/query_desk.h"
#include "tests/fuzz/invariant.h"

namespace assay::fuzz {
namespace {

using namespace warehouse;

constexpr std::string_view kWorld = R"({"queries": {"run_ms": 500},
  "tables": {
    "orders": {"partition_column": "order_date", "columns": [{"name": "order_date", "type": "DATE"},
      {"name": "id", "type": "INT64"}], "partitions": [
      {"date": "2026-03-11", "row_count": 4}, {"date": "2026-03-12", "row_count": 3},
      {"date": "2026-03-13", "row_count": 2}]},
    "users": {"row_count": 3, "columns": [{"name": "name", "type": "STRING"}]}}})";

constexpr std::size_t kMaxRequests = 64;

/// Answers by what the query looks like, and always the same.
class Echo final : public sql::Engine {
 public:
  Result<sql::QueryOutcome> run(const sql::Query& query) override {
    if (query.sql.find("error") != std::string::npos)
      return sql::QueryOutcome(sql::QueryError{"invalidQuery", "no: " + to_valid_utf8(query.sql)});
    sql::QueryResult result{
        {{"text", "STRING"}, {"n", "INT64"}, {"at", "TIMESTAMP"}, {"list", "ARRAY<FLOAT64>"}}};
    for (std::size_t i = 0; i < query.sql.size() % 8 && !query.dry_run; ++i)
      result.rows.push_back({to_valid_utf8(query.sql), i, "2026-03-13T02:10:00Z",
                             Json::array({1.5, "NaN", nullptr})});
    result.bytes_processed = static_cast<std::int64_t>(query.sql.size());
    return sql::QueryOutcome(std::move(result));
  }
};

std::vector<std::string> requests_of(std::string_view input) {
  constexpr std::string_view kBetween = "\n--\n";
  std::vector<std::string> requests;
  for (std::size_t at = 0; at <= input.size() && requests.size() < kMaxRequests;) {
    const std::size_t end = std::min(input.find(kBetween, at), input.size());
    requests.emplace_back(input.substr(at, end - at));
    at = end + kBetween.size();
  }
  return requests;
}

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

HttpRequest request_of(const std::string& text) {
  HttpRequest request;
  const std::string line = text.substr(0, text.find('\n'));
  const std::size_t space = std::min(line.find(' '), line.size());
  request.method = line.substr(0, space);
  request.target = line.substr(std::min(space + 1, line.size()));
  request.headers = {{"Host", "w"}};
  request.body = text.substr(std::min(line.size() + 1, text.size()));
  request.body.resize(std::min(request.body.size(), kMaxBodyBytes));
  return request;
}

void check_error(const Answer& answer) {
  const Json& error = answer.document.at("error");
  FUZZ_CHECK(error.at("code") == answer.status, "another status in the body: " + answer.body);
  FUZZ_CHECK(!error.at("message").get<std::string>().empty(), "no message: " + answer.body);
  FUZZ_CHECK(error.at("status") == bigquery::status_name(answer.status), "a status's other name");
  const Json& first = error.at("errors").at(0);
  const auto reason = first.at("reason").get<std::string>();
  // These three the service sends, and its page of errors leaves them out.
  FUZZ_CHECK(
      reason == "parseError" || reason == "bytesBilledLimitExceeded" ||
          reason == "httpMethodNotAllowed" ||
          std::ranges::count(bigquery::documented_reasons(), reason, &bigquery::Reason::name) > 0,
      "a reason that the service does not know: " + reason);
}

void check_answer(const Answer& answer, const ApiCall& call) {
  FUZZ_CHECK(is_utf8(answer.body), "a body that is not UTF-8");
  const auto parsed = parse_json(answer.body, "body");
  FUZZ_CHECK(parsed.ok(), "a body that is no JSON: " + answer.body);
  FUZZ_CHECK(dump_json(answer.document) == answer.body, "a body that is not its document");
  FUZZ_CHECK(answer.status == 200 || answer.status >= 400, "a status");
  FUZZ_CHECK(answer.held.count() >= 0, "an answer before its time");
  for (const auto& [name, value] : answer.headers)
    FUZZ_CHECK(value.find_first_of("\r\n") == std::string::npos, "a header of two lines");
  if (!call.bigquery) return;
  if (answer.status != 200) return check_error(answer);
  // An int64 is text, for clients that know no integer so large.
  const Json total = answer.document.value("totalRows", Json("0"));
  FUZZ_CHECK(total.is_string(), "totalRows is no text: " + answer.body);
  const Json rows = answer.document.value("rows", Json::array());
  FUZZ_CHECK(rows.size() <= std::stoull(total.get<std::string>()), "more rows than there are");
}

std::size_t rows_in(const Answer& answer) {
  return answer.document.value("rows", Json::array()).size();
}

/// The pages behind a first page of rows end, and have each row once.
void check_pages(const World& world, const HttpRequest& request, QueryDesk& desk, Answer answer) {
  const std::map<std::string, std::string> query = read_call(request).query;
  std::string token = answer.document.value("pageToken", "");
  std::size_t rows = rows_in(answer);
  if (token.empty() || rows == 0 || request.method != "GET" || query.empty() ||
      query.contains("pageToken"))
    return;
  const std::size_t total = std::stoull(answer.document.at("totalRows").get<std::string>());
  HttpRequest next = request;
  while (!token.empty()) {
    next.target = request.target + "&pageToken=" + token;
    answer = answer_call(world, next, read_call(next), {}, &desk);
    FUZZ_CHECK(answer.status == 200, "a page that is not there: " + next.target + answer.body);
    FUZZ_CHECK(rows_in(answer) > 0, "a page of nothing: " + next.target);
    rows += rows_in(answer);
    FUZZ_CHECK(rows <= total, "more rows in the pages than there are: " + next.target);
    token = answer.document.value("pageToken", "");
  }
  FUZZ_CHECK(rows == total || query.contains("startIndex"),
             "pages of " + std::to_string(rows) + " rows, and there are " + std::to_string(total));
}

std::string serve(std::string_view input) {
  static const Json world_json = *parse_json(kWorld, "world");
  auto stages = Stages::from_json(world_json, "/world");
  FUZZ_CHECK(stages.ok(), stages.error().to_string());
  const Stage& stage = stages->first();
  QueryDesk desk([](const Json&) { return std::make_unique<Echo>(); });
  std::string job = "none", token = "none", all;
  VirtualTime now = *parse_utc("2026-03-14T06:00:00Z");
  for (std::string text : requests_of(input)) {
    replace_all(text, "{job}", job);
    replace_all(text, "{token}", token);
    const HttpRequest request = request_of(text);
    const ApiCall call = read_call(request);
    desk.arrive(now, stage);
    const Answer answer = answer_call(stage.world, request, call, {}, &desk);
    check_answer(answer, call);
    // The same request again, within the same arrival, is the same request.
    const Answer again = answer_call(stage.world, request, call, {}, &desk);
    FUZZ_CHECK(again.body == answer.body,
               "another answer to the same request:\n" + answer.body + "\n" + again.body);
    now += answer.held + std::chrono::milliseconds(200);
    desk.arrive(now, stage);
    if (call.bigquery && answer.status == 200) check_pages(stage.world, request, desk, answer);
    const Json reference = answer.document.value("jobReference", Json::object());
    job = reference.value("jobId", job);
    token = answer.document.value("pageToken", token);
    all += std::to_string(answer.status) + answer.body + "\n";
  }
  FUZZ_CHECK(!desk.failure(), "the harness failed");
  return all;
}

void check(std::string_view input) {
  const std::string first = serve(input);
  FUZZ_CHECK(serve(input) == first, "the same requests, and other answers");
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
