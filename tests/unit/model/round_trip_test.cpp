// What one process writes, another reads back the same: plan and submission go to the worker, and
// observations come from it.

#include <doctest/doctest.h>

#include "harness/model/observation.h"
#include "harness/model/plan.h"

namespace assay::model {
namespace {

template <class T>
void check_round_trip(const T& value) {
  const Json once = value;
  const auto again = read_json<T>(once, "test");
  REQUIRE(again.ok());
  CHECK(dump_json(Json(*again)) == dump_json(once));
}

TEST_CASE("a plan reads back as it was written") {
  Plan plan;
  plan.exercise = "e";
  plan.seed = 18'446'744'073'709'551'615u;
  plan.environment = {{"A", "b"}};
  plan.starter = {{"w.py", std::string("\0\xFF\n", 3), "s"}};
  plan.draft = SourceFile{"draft.py", "d\n", "h"};
  Case item;
  item.id = "c~twin";
  item.twin_of = "c";
  item.visibility = Visibility::kPublic;
  item.now = *parse_utc("2026-03-14T06:00:00Z");
  item.arguments = {"2026-03-13", 1000};
  plan.cases = {item};
  check_round_trip(plan);
  const Json document = plan;
  CHECK(read_json<Plan>(document, "test")->starter[0].bytes == plan.starter[0].bytes);
  CHECK(read_json<Plan>(document, "test")->draft == plan.draft);
}

TEST_CASE("an observation reads back as it was written") {
  Observation observation;
  observation.case_id = "c";
  observation.outcome.kind = OutcomeKind::kRaised;
  observation.outcome.exception =
      Exception{{"ValueError", "Exception"}, "no", {{"s.py", 3, "f"}}, true};
  observation.value = nullptr;
  observation.has_value = true;
  Request request;
  request.seq = 1;
  request.status = 503;
  request.retry_after = "20";
  request.next_page = true;
  request.end = WireEnd::kClientClosed;
  request.ended_at = Duration(5);
  observation.requests = {request};
  observation.notes = {"real_time: a thread was started"};
  observation.lines_run = {{"s.py", {1, 2, 9}, {9}}};
  observation.lines_whole = true;
  check_round_trip(observation);
  CHECK(read_json<Observation>(Json(observation), "test")->lines_run == observation.lines_run);
  CHECK(read_json<Observation>(Json(observation), "test")->lines_whole);
}

TEST_CASE("the faults of a step are told one by one, each by its whole name") {
  CHECK(fault_names("").empty());
  CHECK(fault_names("hang") == std::vector<std::string_view>{"hang"});
  CHECK(fault_names("latency + slow_drip + hang") ==
        std::vector<std::string_view>{"latency", "slow_drip", "hang"});
  CHECK(has_fault("latency + hang", "hang"));
  CHECK(has_fault("hang + latency", "hang"));
  CHECK_FALSE(has_fault("latency + change", "hang"));
  CHECK_FALSE(has_fault("", "hang"));
}

TEST_CASE("a document with a name that is unknown is an error that names it") {
  Json document = Outcome{};
  document["kind"] = "sideways";
  const auto read = read_json<Outcome>(document, "observations.jsonl");
  REQUIRE_FALSE(read.ok());
  CHECK(read.error().to_string().find("sideways") != std::string::npos);
  CHECK(read.error().place.file == "observations.jsonl");
}

}  // namespace
}  // namespace assay::model
