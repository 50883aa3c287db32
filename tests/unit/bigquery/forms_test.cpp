// Paths, tokens, types, parameters and errors of the BigQuery-compatible API, without a world.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/paging.h"
#include "mock_warehouse/bigquery/parameters.h"
#include "mock_warehouse/bigquery/types.h"
#include "mock_warehouse/fault.h"
#include "mock_warehouse/schema.h"

namespace assay::warehouse::bigquery {
namespace {

ApiCall call_of(std::string method, std::string target) {
  return read_call({.method = std::move(method), .target = std::move(target)});
}

TEST_CASE("a path is of one method, under either base") {
  struct Example {
    const char* http;
    const char* path;
    const char* operation;
  };
  for (const Example& example : std::vector<Example>{
           {"POST", "/projects/p/queries", "bigquery.jobs.query"},
           {"GET", "/projects/p/queries/j?maxResults=2", "bigquery.jobs.getQueryResults"},
           {"POST", "/projects/p/jobs", "bigquery.jobs.insert"},
           {"GET", "/projects/p/jobs", "bigquery.jobs.list"},
           {"GET", "/projects/p/jobs/j", "bigquery.jobs.get"},
           {"HEAD", "/projects/p/jobs/j", "bigquery.jobs.get"},
           {"POST", "/projects/p/jobs/j/cancel", "bigquery.jobs.cancel"},
           {"GET", "/projects/p/datasets", "bigquery.datasets.list"},
           {"GET", "/projects/p/datasets/d", "bigquery.datasets.get"},
           {"GET", "/projects/p/datasets/d/tables", "bigquery.tables.list"},
           {"GET", "/projects/p/datasets/d/tables/t", "bigquery.tables.get"},
           {"GET", "/projects/p/datasets/d/tables/t/data", "bigquery.tabledata.list"},
           {"GET", "/projects", "bigquery.projects.list"},
           {"DELETE", "/projects/p/jobs/j", "unknown"},
           {"GET", "/projects/p/datasets/d/models", "unknown"},
           {"GET", "/projects//jobs", "unknown"},
           {"GET", "/v1/tables/t", "get_table"}}) {
    CAPTURE(example.path);
    CHECK(operation_of(call_of(example.http, example.path)) == example.operation);
    if (std::string(example.path).starts_with("/projects"))
      CHECK(operation_of(call_of(example.http, std::string("/bigquery/v2") + example.path)) ==
            example.operation);
  }
}

TEST_CASE("a decorator names a partition, for rules that match its date") {
  const ApiCall call = call_of("GET", "/projects/p/datasets/d/tables/orders%2420260313/data");
  CHECK(call.bigquery->table == "orders");
  CHECK(call.bigquery->decorator == "20260313");
  CHECK(call.date == "2026-03-13");
  CHECK(date_of_decorator("20260230").empty());
  CHECK(date_of_decorator("2026031").empty());
}

TEST_CASE("a page token is good for its own listing alone") {
  const std::string token = page_token("rows of a", {.offset = 30, .page = 4});
  const auto start = read_page_token("rows of a", token);
  REQUIRE(start);
  CHECK(start->offset == 30);
  CHECK(start->page == 4);
  CHECK(token.find("30") == std::string::npos);
  CHECK_FALSE(read_page_token("rows of b", token));
  CHECK_FALSE(read_page_token("rows of a", ""));
  CHECK_FALSE(read_page_token("rows of a", "not a token"));
  std::string changed = token;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  CHECK_FALSE(read_page_token("rows of a", changed));
}

TEST_CASE("numbers are written as the service writes them") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [value, text] :
       std::vector<std::pair<double, const char*>>{{0, "0.0"},
                                                   {2, "2.0"},
                                                   {-0.5, "-0.5"},
                                                   {0.001, "0.001"},
                                                   {0.0001, "1.0E-4"},
                                                   {1234567.5, "1234567.5"},
                                                   {1e7, "1.0E7"},
                                                   {1.5e300, "1.5E300"},
                                                   {std::nan(""), "NaN"},
                                                   {-infinity, "-Infinity"}})
    CHECK(float_text(value) == text);
  CHECK(timestamp_text(1773367800123456, TimestampForm::kSeconds) == "1.773367800123456E9");
  CHECK(timestamp_text(1773367800123456, TimestampForm::kMicros) == "1773367800123456");
  CHECK(timestamp_text(-1, TimestampForm::kIso) == "1969-12-31T23:59:59.999999Z");
  CHECK(cell_value(SqlType::kNumeric, {.null = false, .number = -1'500'000'000},
                   TimestampForm::kSeconds) == "-1.5");
}

TEST_CASE("types nest, and their values with them") {
  const Type type = type_from("ARRAY<STRUCT<a INT64, b ARRAY<STRING>, c STRUCT<d TIMESTAMP>>>");
  CHECK(dump_json(field_schema("x", type)) ==
        R"({"name":"x","type":"RECORD","mode":"REPEATED","fields":[)"
        R"({"name":"a","type":"INTEGER","mode":"NULLABLE"},)"
        R"({"name":"b","type":"STRING","mode":"REPEATED"},)"
        R"({"name":"c","type":"RECORD","mode":"NULLABLE","fields":[)"
        R"({"name":"d","type":"TIMESTAMP","mode":"NULLABLE"}]}]})");
  const Json value = {{{"a", 1}, {"b", {"x"}}, {"c", {{"d", "2026-03-13T02:10:00.5Z"}}}}};
  CHECK(dump_json(field_value(type, value, TimestampForm::kMicros)) ==
        R"([{"v":{"f":[{"v":"1"},{"v":[{"v":"x"}]},{"v":{"f":[{"v":"1773367800500000"}]}}]}}])");
  CHECK(dump_json(field_value(type, nullptr, TimestampForm::kMicros)) == "[]");
  CHECK(field_value(type_from("BYTES"), "abc", TimestampForm::kMicros) == "YWJj");
  CHECK(field_value(type_from("BOOL"), true, TimestampForm::kMicros) == "true");
}

std::string parameter(const char* type, const Json& value) {
  std::vector<sql::Parameter> parameters;
  const Json json = {{{"name", "p"},
                      {"parameterType", {{"type", type}, {"arrayType", {{"type", "INT64"}}}}},
                      {"parameterValue", value}}};
  const auto refusal = read_parameters(json, parameters);
  return refusal ? refusal->document["error"]["errors"][0]["reason"].get<std::string>()
                 : parameters.at(0).type + " " + dump_json(parameters.at(0).value);
}

TEST_CASE("parameters are text of a type") {
  CHECK(parameter("INT64", {{"value", "-3"}}) == "INT64 -3");
  CHECK(parameter("integer", {{"value", 3}}) == "INT64 3");
  CHECK(parameter("INT64", {{"value", "3.5"}}) == "invalidQuery");
  CHECK(parameter("FLOAT64", {{"value", "2.5"}}) == "FLOAT64 2.5");
  CHECK(parameter("BOOL", {{"value", "true"}}) == "BOOL true");
  CHECK(parameter("BOOL", {{"value", "yes"}}) == "invalidQuery");
  CHECK(parameter("STRING", {{"value", "x"}}) == "STRING \"x\"");
  CHECK(parameter("STRING", {{"value", nullptr}}) == "STRING null");
  CHECK(parameter("TIMESTAMP", {{"value", "2026-03-13 02:10:00+00"}}) ==
        "TIMESTAMP \"2026-03-13T02:10:00Z\"");
  CHECK(parameter("DATETIME", {{"value", "2026-03-13 02:10:00"}}) ==
        "DATETIME \"2026-03-13T02:10:00\"");
  CHECK(parameter("BYTES", {{"value", "YQD/"}}) == R"(BYTES "\\x61\\x00\\xFF")");
  CHECK(parameter("ARRAY", {{"arrayValues", {{{"value", "1"}}, {{"value", "2"}}}}}) ==
        "ARRAY<INT64> [1,2]");
  CHECK(parameter("STRUCT", {{"structValues", Json::object()}}) == "invalidQuery");
}

std::vector<std::string> texts(const Json& list) { return list.get<std::vector<std::string>>(); }

TEST_CASE("schemas list the methods that are served and the reasons that are documented") {
  const auto rules = parse_json(script_schema_text(), "the script's schema");
  REQUIRE(rules.ok());
  const auto world = parse_json(world_schema_text(), "the world's schema");
  REQUIRE(world.ok());
  const Json& definitions = rules->at("definitions");
  std::vector<std::string> served;
  for (const std::string_view name : served_methods()) served.emplace_back(name);
  for (const Json& list :
       {definitions["match"]["properties"]["operation"]["enum"],
        world->at("properties")["auth"]["properties"]["scopes"]["items"]["enum"]}) {
    std::vector<std::string> listed = texts(list);
    std::erase_if(listed, [](const std::string& name) { return !name.starts_with("bigquery."); });
    CHECK(listed == served);
  }
  std::vector<std::string> reasons;
  for (const Reason& reason : documented_reasons()) reasons.emplace_back(reason.name);
  CHECK(texts(definitions["bigquery_error"]["properties"]["code"]["enum"]) == reasons);
}

}  // namespace
}  // namespace assay::warehouse::bigquery
