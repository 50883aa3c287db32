#include "harness/report/diff.h"

#include <doctest/doctest.h>

#include "tests/unit/report/fixture.h"
#include "tests/unit/report/fixture_json.h"

namespace assay::report {
namespace {

Json& indicator_of(Json& report, const std::string& id) {
  for (Json& indicator : report["graded"]["indicators"])
    if (indicator["id"] == id) return indicator;
  ASSAY_ASSERT(false, "the fixture has no indicator " + id);
}

bool says(const ReportDiff& diff, std::string_view part) {
  const std::string text = render_diff(diff, "s", {.colour = false, .width = 10'000});
  return text.find(part) != std::string::npos;
}

TEST_CASE("a report against itself moved nothing") {
  const Json report(fixture::sound());
  const auto diff = compare_reports(report, report);
  REQUIRE(diff.ok());
  CHECK_FALSE(diff->moved());
  CHECK(diff->conditions.empty());
  CHECK(says(*diff, "No verdict moved"));
}

TEST_CASE("a verdict that moved is told with the case, the term and the gap behind it") {
  const Json before(fixture::sound());
  Json after = before;
  Json& handling = indicator_of(after, "explicit_handling");
  handling["verdict"] = "not_observed";
  handling["explanation"] = "Low reads as healthy.";
  handling["terms"][0]["holds"] = false;
  handling["gaps"].push_back("the boundary is wrong");
  for (Json& test_case : after["graded"]["cases"])
    if (test_case["id"] == "low") test_case["value"]["status"] = "healthy";
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  REQUIRE_EQ(diff->verdicts.size(), 1);
  const MovedVerdict& moved = diff->verdicts[0];
  CHECK_EQ(moved.moved.from, "observed");
  CHECK_EQ(moved.moved.to, "not_observed");
  CHECK_EQ(moved.moved.because, "Low reads as healthy.");
  REQUIRE_EQ(moved.why.size(), 3);
  CHECK_NE(moved.why[0].find("Case low: returned 'low_volume'"), std::string::npos);
  CHECK_NE(moved.why[1].find("“missing, low and healthy are told apart”: holds; now does not hold"),
           std::string::npos);
  CHECK_EQ(moved.why[2], "New gap: the boundary is wrong");
}

TEST_CASE("the result and a line for each verdict that moved stand before any reason") {
  const Json before(fixture::sound());
  Json after = before;
  for (const char* id : {"separation", "explicit_handling"}) {
    indicator_of(after, id)["verdict"] = "not_observed";
    indicator_of(after, id)["evidence"] = indicator_of(after, "explicit_handling")["evidence"];
  }
  after["final"]["anchor"] = "below";
  for (Json& test_case : after["graded"]["cases"])
    if (test_case["id"] == "low") test_case["value"]["status"] = "healthy";
  const std::string text =
      render_diff(*compare_reports(before, after), "s", {.colour = false, .width = 10'000});
  const auto at = [&](std::string_view part) {
    const std::size_t found = text.find(part);
    REQUIRE_MESSAGE(found != std::string::npos, part);
    return found;
  };
  const std::size_t result = at("The result: Meets, provisional → Below");
  const std::size_t first = at("Clear separation of API call and validation logic: observed → not");
  const std::size_t second = at("threshold breaches: observed → not observed");
  const std::size_t reasons = at("Why, one by one");
  CHECK_LT(result, first);
  CHECK_LT(first, second);
  CHECK_LT(second, reasons);
  CHECK_LT(reasons, at("Case low: returned"));
  // What one case did is told once, however many verdicts rest on it.
  CHECK_EQ(text.find("Case low: returned"), text.rfind("Case low: returned"));
  CHECK_LT(at("Case low: returned"), at("As told above: Case low."));
}

TEST_CASE("of two submissions nothing is told as what became of the first") {
  const Json before(fixture::sound());
  Json after = before;
  after["graded"]["submission"]["id"] = "other";
  Json& handling = indicator_of(after, "explicit_handling");
  handling["verdict"] = "not_observed";
  handling["terms"][0]["holds"] = false;
  handling["gaps"].push_back("the boundary is wrong");
  for (Json& test_case : after["graded"]["cases"])
    if (test_case["id"] == "low") test_case["value"]["status"] = "healthy";
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  CHECK(says(*diff, "after 1 request; in the second: returned"));
  CHECK(says(*diff, "holds; in the second: does not hold"));
  CHECK(says(*diff, "Gap in the second alone: the boundary is wrong"));
  CHECK_FALSE(says(*diff, " now "));
}

TEST_CASE("a case of the draft that went otherwise is told as the draft's") {
  const Json before(fixture::with_draft());
  Json after = before;
  Json& told = indicator_of(after, "state_differentiation");
  told["verdict"] = "not_exercised";
  for (Json& test_case : after["graded"]["draft"]["cases"])
    if (test_case["id"] == "low") test_case["value"] = "low";
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  REQUIRE_EQ(diff->verdicts.size(), 1);
  REQUIRE_EQ(diff->verdicts[0].why.size(), 1);
  CHECK_NE(diff->verdicts[0].why[0].find("The draft's case low: returned"), std::string::npos);
  CHECK_NE(diff->verdicts[0].why[0].find("; now returned 'low'"), std::string::npos);
  CHECK_FALSE(says(*diff, "went as before"));
}

TEST_CASE("a case that only a term cites is cited") {
  const Json before(fixture::sound());
  Json after = before;
  Json& handling = indicator_of(after, "explicit_handling");
  handling["verdict"] = "not_observed";
  handling["terms"][0]["evidence"].push_back("e5");
  for (Json& test_case : after["graded"]["cases"])
    if (test_case["id"] == "server-500") test_case["virtual_us"] = 7;
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  CHECK(says(*diff, "Case server-500: "));
}

TEST_CASE("another draft is another condition") {
  const Json before(fixture::with_draft());
  Json after = before;
  after["graded"]["draft"]["files"][0]["sha256"] = std::string(64, '0');
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  CHECK(says(*diff, "not the same: draft: "));
  CHECK(says(*diff, " and 000000000000"));
  after["graded"].erase("draft");
  CHECK(says(*compare_reports(before, after), " and none"));
}

TEST_CASE("where the cases went as before, what was judged by is named") {
  const Json before(fixture::sound());
  Json after = before;
  indicator_of(after, "separation")["verdict"] = "not_observed";
  after["graded"]["rubrics"][0]["version"] = "2";
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  REQUIRE_EQ(diff->conditions.size(), 1);
  CHECK(says(*diff, "not the same: version of the rubric data_engineer_coding_test: 1 and 2"));
  CHECK(says(*diff, "The cases that it cites went as before; what differs: version of the rubric"));
}

TEST_CASE("an indicator that came or went is absent on the other side") {
  const Json before(fixture::sound());
  Json after = before;
  after["graded"]["indicators"].erase(0);
  CHECK_EQ(compare_reports(before, after)->verdicts[0].moved.to, "absent");
  CHECK_EQ(compare_reports(after, before)->verdicts[0].moved.from, "absent");
}

TEST_CASE("another level, cohort or submission is said, and another exercise or variant refused") {
  const Json before(fixture::sound());
  Json after = before;
  after["graded"]["exercise"]["level"] = "senior";
  after["context"]["cohort_id"] = "spring";
  after["graded"]["submission"]["id"] = "other";
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  CHECK(says(*diff, "not the same: level: mid and senior"));
  CHECK(says(*diff, "not the same: cohort: none and spring"));
  CHECK(says(*diff, "not the same: submission: "));
  after["graded"]["exercise"]["variant"] = "with_ai";
  CHECK_FALSE(compare_reports(before, after).ok());
  after = before;
  after["graded"]["exercise"]["id"] = "another";
  CHECK_FALSE(compare_reports(before, after).ok());
}

TEST_CASE("the result and what people decided are told apart from the machine's verdicts") {
  const Json before(fixture::sound());
  Json after = before;
  after["marks"] = {{{"rubric", "data_engineer_coding_test"},
                     {"indicator", "structured_status"},
                     {"machine", "needs_human"},
                     {"human", "observed"},
                     {"by", "ada"},
                     {"reason_code", "record"},
                     {"state", "stands"}}};
  after["final"]["anchor"] = "exceeds";
  after["final"]["status"] = "complete";
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  CHECK(diff->verdicts.empty());
  REQUIRE_EQ(diff->decided.size(), 1);
  CHECK(diff->moved());
  CHECK(says(*diff, "no mark → observed"));
  CHECK(says(*diff, "The result: Meets, provisional → Exceeds."));
}

TEST_CASE("a lineage names what moved, the anchor included") {
  const Json before(fixture::sound());
  Json after = before;
  indicator_of(after, "separation")["verdict"] = "not_observed";
  after["graded"]["overall"]["anchor"] = "below";
  after["graded"]["overall"]["rule"][2]["holds"] = false;
  const auto lineage = lineage_of(before, after, std::string(64, 'a'), "rejudge");
  REQUIRE_EQ(lineage.changed.size(), 2);
  CHECK_EQ(lineage.changed[0].indicator, "separation");
  CHECK_EQ(lineage.changed[1].indicator, "overall");
  CHECK_EQ(lineage.changed[1].to, "below, provisional");
}

TEST_CASE("a diff fits its terminal, and obeys nothing that a candidate wrote") {
  const Json before(fixture::sound());
  Json after(fixture::hostile());
  after["graded"]["exercise"]["variant"] = before["graded"]["exercise"]["variant"];
  const std::string text = render_diff(*compare_reports(before, after), "s", {});
  CHECK_EQ(text.find('\x1b'), std::string::npos);
  std::size_t columns = 0;
  for (const char c : text) {
    columns = c == '\n' ? 0 : columns + ((static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0);
    REQUIRE_LE(columns, 80);
  }
}

TEST_CASE("a verdict that moved says that it rests on a case that varies, and in which report") {
  const Json varying = fixture::varying();
  Json once = varying;
  once.erase("repeated");
  Json moved = varying;
  indicator_of(moved, "explicit_handling")["verdict"] = "not_observed";
  const auto told = [](const Json& a, const Json& b) {
    const auto diff = compare_reports(a, b);
    REQUIRE(diff.ok());
    REQUIRE_EQ(diff->verdicts.size(), 1);
    std::vector<std::string> why;
    for (const std::string& each : diff->verdicts[0].why)
      if (each.find("from run to run") != std::string::npos) why.push_back(each);
    return why;
  };
  using Sentences = std::vector<std::string>;
  const std::string words = "It rests on low, which varies from run to run.";
  CHECK_EQ(told(varying, moved), Sentences{words});
  CHECK_EQ(told(once, moved), Sentences{"In the second report: " + words});
  moved.erase("repeated");
  CHECK_EQ(told(varying, moved), Sentences{"In the first report: " + words});
}

TEST_CASE("cases that vary are listed, where no verdict moved as well") {
  const Json varying = fixture::varying();
  Json once = varying;
  once.erase("repeated");
  const auto both = compare_reports(varying, varying);
  REQUIRE(both.ok());
  CHECK_FALSE(both->moved());
  REQUIRE_EQ(both->varying.size(), 3);
  CHECK(both->varying[0].starts_with("low, in both, now: value, output: run 1 returned"));
  CHECK(both->varying[2].starts_with("draft: missing, in both, now: requests: run 1 sent"));
  CHECK(says(*both, "Cases that vary from run to run"));
  CHECK(compare_reports(once, varying)->varying[0].starts_with("low, in the second: "));
  CHECK(compare_reports(varying, once)->varying[0].starts_with("low, in the first: "));
  CHECK(compare_reports(once, once)->varying.empty());
}

TEST_CASE("another clock is another condition") {
  const Json before(fixture::sound());
  Json after = before;
  after["run"]["real_time"] = 20;
  const auto diff = compare_reports(before, after);
  REQUIRE(diff.ok());
  CHECK_EQ(diff->conditions,
           std::vector<std::string>{"clock: virtual time and real time, 20 times as fast"});
}

}  // namespace
}  // namespace assay::report
