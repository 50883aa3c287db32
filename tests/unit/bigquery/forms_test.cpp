// Paths, tokens, types, parameters and errors of the BigQuery-compatible API, without a world.

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/paging.h"
#include "mock_warehouse/bigquery/parameters.h"
#include "mock_warehouse/bigquery/partial.h"
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
           {"DELETE", "/projects/p/jobs/j/delete", "bigquery.jobs.delete"},
           {"GET", "/projects/p/jobs/j/delete", "unknown"},
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
  CHECK(field_value(type_from("BYTES"), "YWJj", TimestampForm::kMicros) == "YWJj");
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

TEST_CASE("a parameter of FLOAT64 may be no number, and a TIMESTAMP of any offset") {
  for (const char* value : {"NaN", "nan", "-nan"})
    CHECK(parameter("FLOAT64", {{"value", value}}) == "FLOAT64 \"NaN\"");
  CHECK(parameter("FLOAT64", {{"value", "Infinity"}}) == "FLOAT64 \"Infinity\"");
  CHECK(parameter("FLOAT64", {{"value", "-inf"}}) == "FLOAT64 \"-Infinity\"");
  const auto time = [](const char* text) { return parameter("TIMESTAMP", {{"value", text}}); };
  CHECK(time("2026-03-13 01:02:03+01:00") == R"(TIMESTAMP "2026-03-13T00:02:03Z")");
  CHECK(time("2026-03-13 23:02:03.5-03:30") == R"(TIMESTAMP "2026-03-14T02:32:03.500000Z")");
  CHECK(time("2026-03-13T01:02:03 +2") == R"(TIMESTAMP "2026-03-12T23:02:03Z")");
  CHECK(time("2026-03-13 01:02:03 UTC") == R"(TIMESTAMP "2026-03-13T01:02:03Z")");
  CHECK(time("2026-03-13") == R"(TIMESTAMP "2026-03-13T00:00:00Z")");
  for (const char* wrong : {"2026-03-13 01:02:03+99", "2026-03-13 01:02:03 Nowhere/Land", "noon",
                            "2026-03-13 01:02:03+01:60", "2026-03-13 01:02:03+", ""})
    CHECK(time(wrong) == "invalidQuery");
}

std::string typed_parameter(const char* type, const char* value) {
  std::vector<sql::Parameter> parameters;
  const Json json = {{{"name", "p"},
                      {"parameterType", Json::parse(type)},
                      {"parameterValue", Json::parse(value)}}};
  const auto refusal = read_parameters(json, parameters);
  return refusal ? refusal->document["error"]["message"].get<std::string>()
                 : parameters.at(0).type + " " + dump_json(parameters.at(0).value);
}

TEST_CASE("a parameter can be a record, in lists and of lists") {
  constexpr const char* kType = R"({"type": "STRUCT", "structTypes": [
    {"name": "day", "type": {"type": "DATE"}},
    {"name": "ids", "type": {"type": "ARRAY", "arrayType": {"type": "INTEGER"}}},
    {"name": "who", "type": {"type": "RECORD", "structTypes": [
      {"name": "name", "type": {"type": "STRING"}}]}}]})";
  CHECK(typed_parameter(kType, R"({"structValues": {
          "ids": {"arrayValues": [{"value": "1"}, {"value": "2"}]},
          "who": {"structValues": {"name": {"value": "Ada"}}},
          "day": {"value": "2026-03-13"}}})") ==
        "STRUCT<day DATE, ids ARRAY<INT64>, who STRUCT<name STRING>> "
        R"({"day":"2026-03-13","ids":[1,2],"who":{"name":"Ada"}})");
  // What is not given is NULL; a list cannot be.
  CHECK(typed_parameter(kType, R"({"structValues": {"day": {"value": null}}})")
            .ends_with(R"({"day":null,"ids":[],"who":null})"));
  CHECK(typed_parameter(R"({"type": "ARRAY", "arrayType": {"type": "STRUCT", "structTypes": [
          {"name": "a", "type": {"type": "INT64"}}]}})",
                        R"({"arrayValues": [{"structValues": {"a": {"value": "7"}}}]})") ==
        R"(ARRAY<STRUCT<a INT64>> [{"a":7}])");
  const std::string wrong_value = "Invalid query parameter 'p': expected a value of type ";
  CHECK(typed_parameter(kType, R"({"structValues": {"dya": {"value": "2026-03-13"}}})")
            .starts_with(wrong_value));
  CHECK(typed_parameter(kType, R"({"structValues": {"ids": {"value": "1"}, "who": 1}})")
            .starts_with(wrong_value));
  const std::string wrong_type = "Invalid query parameter 'p': expected a parameterType";
  for (const char* type :
       {R"({"type": "STRUCT"})", R"({"type": "STRUCT", "structTypes": []})",
        R"({"type": "STRUCT", "structTypes": [{"type": {"type": "INT64"}}]})",
        R"({"type": "STRUCT", "structTypes": [{"name": "a b", "type": {"type": "INT64"}}]})",
        R"({"type": "STRUCT", "structTypes": [{"name": "a", "type": {"type": "INT64"}},
                                              {"name": "A", "type": {"type": "INT64"}}]})",
        R"({"type": "ARRAY"})", R"({"type": "ARRAY", "arrayType": {"type": "ARRAY",
                                    "arrayType": {"type": "INT64"}}})",
        R"({})", R"(7)"}) {
    CAPTURE(type);
    CHECK(typed_parameter(type, "{}").starts_with(wrong_type));
  }
}

TEST_CASE("a refused parameter is told with its type and value") {
  CHECK(typed_parameter(R"({"type": "DATE"})", R"({"value": "13.3."})") ==
        R"(Invalid query parameter 'p': expected a value of type DATE, found "13.3.")");
  CHECK(typed_parameter(R"({"type": "INT64"})", R"({"value": "many"})") ==
        R"(Invalid query parameter 'p': expected a value of type INT64, found "many")");
  CHECK(typed_parameter(R"({"type": "DATETIME"})", R"({"value": "soon"})")
            .ends_with(R"(DATETIME, found "soon")"));
  const std::string unsupported = "Invalid query parameter 'p': Unsupported type ";
  for (const std::string type : {"INTERVAL", "JSON", "GEOGRAPHY", "RANGE"}) {
    CHECK(typed_parameter(dump_json({{"type", type}}).c_str(), R"({"value": "1"})")
              .starts_with(unsupported + type));
    const Json list = {{"type", "ARRAY"}, {"arrayType", {{"type", type}}}};
    CHECK(typed_parameter(dump_json(list).c_str(), "{}").starts_with(unsupported + type));
  }
}

TEST_CASE("records that leave their fields out are bounded by what they stand for") {
  Json type = {{"type", "STRUCT"}, {"structTypes", Json::array()}};
  for (int i = 0; i < 1'000; ++i)
    type["structTypes"].push_back(
        {{"name", "f" + std::to_string(i)}, {"type", {{"type", "INT64"}}}});
  const auto refused = [&](int records) {
    Json values = Json::array();
    for (int i = 0; i < records; ++i) values.push_back({{"structValues", Json::object()}});
    std::vector<sql::Parameter> parameters;
    const Json json = {{{"name", "p"},
                        {"parameterType", {{"type", "ARRAY"}, {"arrayType", type}}},
                        {"parameterValue", {{"arrayValues", values}}}}};
    return read_parameters(json, parameters).has_value();
  };
  CHECK_FALSE(refused(99));
  CHECK(refused(101));
}

std::string selected(const char* fields) {
  const Json document = Json::parse(
      R"({"kind": "k", "jobs": [{"id": "a", "status": {"state": "DONE", "errors": []}},
          {"id": "b", "status": {"state": "RUNNING"}}], "etag": "e"})");
  const auto mask = read_field_mask(fields);
  return mask ? dump_json(select_fields(*mask, document)) : "refused";
}

TEST_CASE("a partial response has the fields that are asked for") {
  CHECK(selected("kind") == R"({"kind":"k"})");
  CHECK(selected("etag,kind") == R"({"kind":"k","etag":"e"})");
  CHECK(selected("jobs/id") == R"({"jobs":[{"id":"a"},{"id":"b"}]})");
  CHECK(selected("jobs(id,status/state),kind") ==
        R"({"kind":"k","jobs":[{"id":"a","status":{"state":"DONE"}},)"
        R"({"id":"b","status":{"state":"RUNNING"}}]})");
  CHECK(selected("jobs/status/*") ==
        R"({"jobs":[{"status":{"state":"DONE","errors":[]}},{"status":{"state":"RUNNING"}}]})");
  CHECK(selected("*/id") == R"({"jobs":[{"id":"a"},{"id":"b"}]})");
  // Parts of the same field come together, and all of it is more than a part.
  CHECK(selected("jobs/id,jobs(status/state)") == selected("jobs(id,status/state)"));
  CHECK(selected("jobs,jobs/id") == selected("jobs"));
  CHECK(selected("jobs/id,jobs") == selected("jobs"));
  CHECK(selected("nothing") == "{}");
  CHECK(selected("kind/of") == "{}");
  for (const char* wrong : {"", ",", "kind,", "jobs(", "jobs(id", "jobs)", "jobs()", "jobs/", "/id",
                            "jobs(id)x", "jobs((id))"}) {
    CAPTURE(wrong);
    CHECK(selected(wrong) == "refused");
  }
  std::string deep = "a";
  for (int i = 0; i < kMaxFieldDepth; ++i) deep += "/a";
  CHECK(read_field_mask(deep));
  CHECK_FALSE(read_field_mask(deep + "/a"));
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
