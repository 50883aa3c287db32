#include "harness/serve/invitation.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "harness/serve/control/fault_menu.h"
#include "harness/serve/live_line.h"
#include "mock_warehouse/fault.h"

namespace assay::serve {
namespace {

ServedCase served(std::string_view world, std::string_view arguments) {
  ServedCase served;
  served.entry = {.file = "solution.py",
                  .function = "check",
                  .parameters = {{"table", "str"}, {"day", "iso_date"}}};
  served.environment = {{"WAREHOUSE_URL", "http://warehouse:8080"}, {"NOTE", "it's"}};
  served.the_case.world = *parse_json(world, "world");
  served.the_case.arguments = *parse_json(arguments, "arguments");
  return served;
}

constexpr std::string_view kWorld = R"({"auth": {"token": "t0k"}, "tables": {
    "few": {"partitions": []}, "many": {"partitions": [{"date": "2026-03-13", "row_count": 1}]}}})";

TEST_CASE("the curl line asks for the day of the case, with the token, of the fullest table") {
  CHECK(curl_line(served(kWorld, R"(["many", "2026-03-13"])"), "http://127.0.0.1:9") ==
        "curl -i -H 'Authorization: Bearer t0k' "
        "http://127.0.0.1:9/v1/tables/many/partitions/2026-03-13");
  CHECK(curl_line(served(R"({"tables": {"one": {}}})", R"(["one", "no day; rm -r"])"),
                  "http://[::1]:9") == "curl -i 'http://[::1]:9/v1/tables/one/partitions'");
}

TEST_CASE("the curl line of a case of the BigQuery-compatible API asks that API") {
  ServedCase bigquery = served(kWorld, R"(["many", "2026-03-13"])");
  bigquery.the_case.world["project"] = "shop";
  bigquery.environment["API"] = "http://warehouse:8080/bigquery/v2";
  CHECK(curl_line(bigquery, "http://127.0.0.1:9") ==
        "curl -i -H 'Authorization: Bearer t0k' "
        "http://127.0.0.1:9/bigquery/v2/projects/shop/datasets/analytics/tables/many");
  ServedCase scripted = served(kWorld, "[]");
  scripted.the_case.script = *parse_json(
      R"([{"match": {"operation": "bigquery.jobs.query"}, "steps": [{"answer": "world"}]}])", "");
  CHECK(curl_line(scripted, "http://h").find("/bigquery/v2/") != std::string::npos);
}

TEST_CASE("a request in a terminal has its query and why it was refused, each in one line") {
  model::Request request;
  request.seq = 7;
  request.method = "POST";
  request.target = "/bigquery/v2/projects/shop/queries";
  request.body = "{}";
  request.sql = "SELECT *\n  FROM \x1b[2Jorders" + std::string(1'000, 'x');
  request.status = 400;
  request.ended_at = Duration{};
  const std::string text = live_line({request, {"invalidQuery: no\nsuch table", "stale_metadata"}},
                                     {.colour = false, .width = 400});
  CHECK(text.find("#7 POST /bigquery/v2/projects/shop/queries → 400") != std::string::npos);
  CHECK(text.find("SQL  SELECT * FROM ␛[2Jorders") != std::string::npos);
  CHECK(text.find("why  invalidQuery: no such table\n") != std::string::npos);
  CHECK(text.find("stale_metadata had nothing to change (put in by hand)") != std::string::npos);
  CHECK(std::ranges::count(text, '\n') == 3);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find(std::string(500, 'x')) == std::string::npos);
  // Who asks for the next page brings no query.
  request.body.clear();
  CHECK(live_line({request, {}}, {.colour = false, .width = 400}).find("SQL") == std::string::npos);
}

TEST_CASE("the python line has the environment, and the URL in the place of the box's") {
  const std::string line =
      python_line(served(kWorld, R"(["http://warehouse:8080/x", "it's"])"), "http://127.0.0.1:9");
  CHECK(line.starts_with("NOTE='it'\\''s' WAREHOUSE_URL=http://127.0.0.1:9 python3 -c '"));
  CHECK(line.find("solution.check(\"http://127.0.0.1:9/x\", \"it'\\''s\")") != std::string::npos);
  CHECK(line.find("warehouse:8080") == std::string::npos);
}

TEST_CASE("what a terminal would obey is shown and not sent") {
  const std::string line =
      python_line(served(kWorld, "[\"\\u001b[2J\\u202e\", \"\"]"), "http://127.0.0.1:9");
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find("\u202e") == std::string::npos);
}

TEST_CASE("the menu has every fault, with a field for each of its parameters") {
  const Json menu = fault_menu();
  REQUIRE(menu["faults"].size() == warehouse::all_faults().size());
  for (const Json& fault : menu["faults"]) {
    CHECK(!fault["description"].get<std::string>().empty());
    const auto* known = warehouse::find_fault(fault["name"].get<std::string>());
    const auto own = parse_json(known->parameters, "parameters");
    CHECK(fault["fields"].size() == own->value("properties", Json::object()).size());
    for (const Json& field : fault["fields"])
      CHECK_MESSAGE(!field["description"].get<std::string>().empty(), dump_json(field));
  }
  const auto field = [&](std::string_view fault, std::string_view name) {
    for (const Json& each : menu["faults"])
      for (const Json& field : each["fields"])
        if (each["name"] == fault && field["name"] == name) return field;
    return Json::object();
  };
  CHECK(field("hang", "at")["kind"] == "choice");
  CHECK(field("hang", "at")["choices"].size() == 3);
  CHECK(field("http_error", "status")["max"] == 599);
  CHECK(field("http_error", "headers")["kind"] == "json");
  CHECK(field("http_error", "retryable")["kind"] == "yes_no");
  CHECK(field("value", "missing")["kind"] == "flag");
  CHECK(field("value", "path")["kind"] == "text");
  CHECK(!menu["operations"].empty());
}

}  // namespace
}  // namespace assay::serve
