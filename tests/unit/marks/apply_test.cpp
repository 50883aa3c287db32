#include "harness/marks/apply.h"

#include <doctest/doctest.h>

#include "harness/report/format.h"
#include "harness/report/standing.h"
#include "tests/support/golden.h"
#include "tests/unit/marks/support.h"

namespace assay::marks {
namespace {

using model::Verdict;

std::string anchor_with(const std::vector<Decision>& decisions, Json report = sound_report()) {
  std::vector<model::Mark> marks;
  for (const Decision& each : decisions) marks.push_back(mark_on(report, each));
  apply(report, marks);
  return report["final"]["anchor"].get<std::string>() + " " +
         report["final"]["status"].get<std::string>();
}

TEST_CASE("without a mark the final result is what graded says") {
  for (Json report :
       {Json(fixture::sound()), Json(fixture::hostile()), Json(fixture::not_gradable())}) {
    const Json before = report["final"];
    apply(report, {});
    CHECK_EQ(report["final"], before);
    CHECK_EQ(report["marks"], Json::array());
  }
}

TEST_CASE("the anchor follows what people decide on the indicators that its terms follow") {
  CHECK_EQ(anchor_with({decision("structured_status", Verdict::kObserved)}), "exceeds complete");
  CHECK_EQ(anchor_with({decision("structured_status", Verdict::kNotObserved)}), "below complete");
  CHECK_EQ(anchor_with({decision("structured_status", Verdict::kNeedsHuman)}), "meets provisional");
  // No term follows it.
  CHECK_EQ(anchor_with({decision("cannot_explain", Verdict::kObserved)}), "meets provisional");
}

TEST_CASE("a machine's verdict can be overridden, and so can a term that follows no indicator") {
  const auto structured = decision("structured_status", Verdict::kObserved);
  CHECK_EQ(anchor_with({structured, decision("separation", Verdict::kNotObserved, "check_wrong",
                                             "A helper compares.")}),
           "meets complete");
  CHECK_EQ(anchor_with({structured, decision("overall.T1", Verdict::kNotObserved, "check_wrong",
                                             "They are the same word in two languages.")}),
           "below complete");
}

TEST_CASE("a mark does not make gradable what could not be graded") {
  const Json report(fixture::not_gradable());
  CHECK_EQ(
      anchor_with({decision("separation", Verdict::kObserved, "source", "It is plain to see.")},
                  report),
      "not_gradable not_gradable");
}

TEST_CASE("the latest mark counts and the one before stays, marked as replaced") {
  Json report = sound_report();
  const auto first = mark_on(report, decision("structured_status", Verdict::kNotObserved));
  const auto second = mark_on(report, decision("structured_status", Verdict::kObserved), "bob");
  apply(report, {first, second});
  CHECK_EQ(report["marks"][0]["state"], "replaced");
  CHECK_EQ(report["marks"][0]["by"], "ada");
  CHECK_EQ(report["marks"][1]["state"], "stands");
  CHECK_EQ(report["final"]["anchor"], "exceeds");
  const Json* standing = report::standing_mark(report, indicator_of(report, "structured_status"));
  REQUIRE_NE(standing, nullptr);
  CHECK_EQ(standing->at("by"), "bob");
  CHECK_EQ(report::as_it_stands(report, indicator_of(report, "structured_status"))["verdict"],
           "observed");
  CHECK_EQ(report["final"]["open"], Json({"cannot_explain", "retries_permanent"}));
}

TEST_CASE("a mark whose evidence has changed is reopened and counts no more") {
  Json report = sound_report();
  const auto mark = mark_on(report, decision("structured_status", Verdict::kNotObserved));
  for (Json& test_case : report["graded"]["cases"])
    if (test_case["id"] == "truncated") test_case["virtual_us"] = 7;
  apply(report, {mark});
  CHECK_EQ(report["marks"][0]["state"], "reopened");
  CHECK_EQ(report["final"]["anchor"], "meets");
  CHECK_EQ(report["final"]["open"],
           Json({"structured_status", "cannot_explain", "retries_permanent"}));
  // An indicator that is gone leaves its marks without anything to stand on.
  report["graded"]["indicators"].erase(3);
  apply(report, {mark});
  CHECK_EQ(report["marks"][0]["state"], "reopened");
}

TEST_CASE("a report with marks in every state is what its golden files hold") {
  Json report = sound_report();
  auto gone = mark_on(report, decision("explicit_handling", Verdict::kNotObserved, "check_wrong",
                                       "The boundary is wrong."));
  gone.evidence_sha256 = std::string(64, 'a');
  auto first = mark_on(report, decision("cannot_explain", Verdict::kObserved));
  first.prev_sha256 = std::string(64, 'b');
  auto second = mark_on(report,
                        decision("cannot_explain", Verdict::kNotObserved, "second_opinion",
                                 "Named every status, with <b>reasons</b>."),
                        "bob");
  second.prev_sha256 = std::string(64, 'c');
  second.by = "bob \x1b[31m";  // a chain from elsewhere may say anything
  apply(report, {gone, first, second});
  model::Lineage lineage{std::string(64, 'd'), "rejudge", {}};
  lineage.changed.push_back({"data_engineer_coding_test", "separation", "not_observed", "observed",
                             "No function that talks to the API also judges the count."});
  Json with_lineage = Json::object();
  for (auto& [key, value] : report.items()) {
    if (key == "run") with_lineage["lineage"] = lineage;
    with_lineage[key] = value;
  }
  for (const char* name : {"json", "terminal"})
    testing::check_golden("marked." + std::string(name),
                          report::find_format(name)->render(with_lineage, {}));
}

}  // namespace
}  // namespace assay::marks
