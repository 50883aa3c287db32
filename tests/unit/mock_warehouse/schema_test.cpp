#include "mock_warehouse/schema.h"

#include <doctest/doctest.h>

#include "mock_warehouse/fault.h"
#include "tests/support/golden.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

TEST_CASE("the published schema of scripts is put together from the faults") {
  testing::check_file("mock_warehouse/schemas/script.schema.json", script_schema_text());
}

/// "place: message" of the error, or "fine".
std::string script_error(const std::string& step) {
  const Status status = check(small_world(), json(R"([{"steps": [{)" + step + "}]}]"));
  if (status.ok()) return "fine";
  return status.error().to_string();
}

TEST_CASE("errors of a script say where, what was found and what was expected") {
  std::string errors;
  for (const std::string step : {
           R"("fault": "http_eror", "status": 500)",
           R"("fault": "http_error")",
           R"("fault": "http_error", "status": 200)",
           R"("fault": "http_error", "status": "500")",
           R"("fault": "http_error", "status": 500, "reson": "x")",
           R"("fault": "http_error", "status": 500, "reason": "a\r\nb")",
           R"("fault": "http_error", "status": 500, "headers": {"Content-Length": "1"})",
           R"("fault": "hang", "at": "in the middle")",
           R"("fault": "latency")",
           R"("fault": "latency", "ms": 5, "uniform": {"min_ms": 1, "spread_ms": 2})",
           R"("fault": "rate_limited", "retry_after": -1)",
           R"("fault": "redirect", "count": 0)",
           R"("fault": "value", "path": "row_count", "value": 1, "missing": true)",
           R"("fault": "eventual", "after_calls": 2, "times": 0)",
           R"("answer": "nobody")",
           R"("times": 2)",
           R"("fault": "page")",
           R"("fault": "length_mismatch", "by": 0)",
           R"("fault": "garbage", "text": "x", "bytes": 2)",
           R"("fault": "bad_encoding", "as": "utf-7")",
           R"("faults": [{"fault": "hang"}])",
           R"("faults": [{"fault": "hang", "times": 2}, {"fault": "slow_drip"}])",
           R"("faults": [{"fault": "hang"}, {"fault": "slowdrip"}])",
       })
    errors += "{" + step + "}\n    " + script_error(step) + "\n";
  testing::check_golden("warehouse_script_errors.txt", errors);
}

TEST_CASE("faults that decide the same part of an answer are refused where the second stands") {
  std::string errors;
  for (
      const std::string faults : {
          R"({"fault": "http_error", "status": 500}, {"fault": "html_body"})",
          R"({"fault": "value", "path": "row_count", "value": 1}, {"fault": "redirect", "loop": true})",
          R"({"fault": "slow_drip"}, {"fault": "latency", "ms": 5}, {"fault": "empty_response"})",
          R"({"fault": "truncated_body"}, {"fault": "connection_reset", "at": "mid_body"})",
          R"({"fault": "malformed_chunk"}, {"fault": "length_mismatch", "by": 5})",
          R"({"fault": "garbage"}, {"fault": "eventual", "after_calls": 2})",
          R"({"fault": "hang"}, {"fault": "wrong_content_type"})",
          R"({"fault": "hang", "at": "after_headers"}, {"fault": "oversized_body"})",
          R"({"fault": "page", "size": 2}, {"fault": "http_error", "status": 500})",
          R"({"fault": "slow_drip"}, {"fault": "slow_drip"})",
          R"({"fault": "page", "size": 1}, {"fault": "page", "fault_on_page": 2}, {"fault": "hang"})",
          R"({"fault": "connect_refused"}, {"fault": "http_error", "status": 500})",
      })
    errors += faults + "\n    " + script_error(R"("faults": [)" + faults + "]") + "\n";
  errors += script_error(R"("fault": "page", "fault_on_page": 2)") + "\n";
  errors += script_error(R"("fault": "connect_refused", "delay_ms": 5)") + "\n";
  const Status matched = check(small_world(), json(R"([{"match": {"method": "GET"}, "steps": [
      {"answer": "world"}, {"fault": "connect_timeout", "times": 2}]}])"));
  REQUIRE_FALSE(matched.ok());
  errors += matched.error().to_string() + "\n";
  testing::check_golden("warehouse_combination_errors.txt", errors);
}

TEST_CASE("faults that decide different parts go together") {
  for (const std::string faults : {
           R"({"fault": "slow_drip"}, {"fault": "truncated_body"})",
           R"({"fault": "hang", "at": "after_headers"}, {"fault": "http_error", "status": 500})",
           R"({"fault": "page", "size": 2, "fault_on_page": 2}, {"fault": "html_body"})",
           R"({"fault": "eventual", "after_calls": 2}, {"fault": "stale_metadata"},
              {"fault": "page", "size": 1}, {"fault": "value", "path": "bytes", "value": null},
              {"fault": "bad_encoding", "as": "gzip"}, {"fault": "wrong_content_type"},
              {"fault": "oversized_header"}, {"fault": "slow_drip"})",
           R"({"fault": "garbage"}, {"fault": "slow_drip"}, {"fault": "latency", "ms": 5})",
       }) {
    CAPTURE(faults);
    CHECK(script_error(R"("faults": [)" + faults + "]") == "fine");
  }
}

/// Pointers to the properties below `node` that nobody describes.
void find_undescribed(const Json& root, const Json& node, const std::string& at,
                      std::string& found) {
  if (node.is_object() && node.contains("properties")) {
    for (const auto& [name, property] : node["properties"].items()) {
      const Json* schema = &property;
      while (!schema->contains("description") && schema->contains("$ref"))
        schema = &root.at(Json::json_pointer((*schema)["$ref"].get<std::string>().substr(1)));
      if (!schema->contains("description")) found += at + "/" + name + "\n";
    }
  }
  if (node.is_structured())
    for (const auto& [key, child] : node.items())
      find_undescribed(root, child, at + "/" + key, found);
}

TEST_CASE(
    "every field of a world and of a script is described, for editors and for the reference") {
  for (const std::string_view text :
       {world_schema_text(), std::string_view(script_schema_text())}) {
    const Json schema = json(text);
    std::string found;
    find_undescribed(schema, schema, "", found);
    CHECK(found == "");
  }
}

TEST_CASE("a rule is checked as its steps are") {
  const auto error_of = [](const std::string& script) {
    const Status status = check(small_world(), json(script));
    return status.ok() ? "fine" : status.error().place.file;
  };
  CHECK(error_of(R"({})") == "/script");
  CHECK(error_of(R"([{"steps": []}])") == "/script/0/steps");
  CHECK(error_of(R"([{"steps": [{"answer": "world"}], "then": "stop"}])") == "/script/0/then");
  CHECK(error_of(R"([{"match": {"operation": "drop"}, "steps": [{"answer": "world"}]}])") ==
        "/script/0/match/operation");
  CHECK(error_of(R"([{"steps": [{"answer": "world"}]},
                     {"steps": [{"answer": "world"}, {"fault": "http_error", "status": 99}]}])") ==
        "/script/1/steps/1/status");
}

TEST_CASE("every fault can be scripted with nothing but what it requires") {
  for (const Fault* fault : all_faults()) {
    CAPTURE(fault->name);
    std::string step = "\"fault\": \"" + std::string(fault->name) + "\"";
    if (fault->name == "bigquery_error") step += R"(, "code": "backendError")";
    if (fault->name == "http_error") step += R"(, "status": 500)";
    if (fault->name == "latency") step += R"(, "ms": 5)";
    if (fault->name == "redirect") step += R"(, "count": 5)";
    if (fault->name == "eventual") step += R"(, "after_calls": 5)";
    if (fault->name == "bad_encoding") step += R"(, "as": "bom")";
    if (fault->name == "length_mismatch") step += R"(, "by": 5)";
    if (fault->name == "page") step += R"(, "size": 5)";
    if (fault->name == "value") step += R"(, "path": "x", "value": null)";
    CHECK(script_error(step) == "fine");
  }
}

TEST_CASE("errors of a world say where") {
  const auto error_of = [](const std::string& world) {
    const Status status = check(json(world), Json::array());
    return status.ok() ? "fine" : status.error().to_string();
  };
  const auto with_partition = [](const std::string& partition) {
    return R"({"tables": {"t": {"partition_column": "c", "partitions": [
        {"date": "2026-03-13", "row_count": 1}, {)" +
           partition + "}]}}}";
  };
  std::string errors;
  for (const std::string& world : {
           std::string("{}"),
           std::string(R"({"tables": {"a b": {}}})"),
           std::string(R"({"tables": {}, "auth": {"token": "with space"}})"),
           with_partition(R"("date": "2026-02-30", "row_count": 1)"),
           with_partition(R"("date": "2026-03-13", "row_count": 1)"),
           with_partition(R"("date": "2026-03-14")"),
           with_partition(R"("date": "2026-03-14", "row_count": -1)"),
           with_partition(R"("date": "2026-03-14", "row_count": 1, "state": "done")"),
           with_partition(R"("date": "2026-03-14", "row_count": 1, "last_modified": "today")"),
       })
    errors += error_of(world) + "\n";
  testing::check_golden("warehouse_world_errors.txt", errors);
}

}  // namespace
}  // namespace assay::warehouse
