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
       })
    errors += "{" + step + "}\n    " + script_error(step) + "\n";
  testing::check_golden("warehouse_script_errors.txt", errors);
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
    if (fault->name == "http_error") step += R"(, "status": 500)";
    if (fault->name == "latency") step += R"(, "ms": 5)";
    if (fault->name == "redirect") step += R"(, "count": 5)";
    if (fault->name == "eventual") step += R"(, "after_calls": 5)";
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
