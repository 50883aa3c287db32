#include "harness/marks/target.h"

#include <doctest/doctest.h>

#include "tests/unit/marks/support.h"

namespace assay::marks {
namespace {

std::string hash_of(const Json& report, const std::string& id) {
  const Json& graded = report.at("graded");
  const std::vector<Target> targets = targets_of(graded);
  const Target* target = find_target(targets, "", id);
  REQUIRE_NE(target, nullptr);
  return evidence_sha256(graded, *target);
}

TEST_CASE("every indicator can be marked, and every term of the rule that follows none") {
  const Json report = sound_report();
  std::vector<std::string> ids;
  const auto targets = targets_of(report.at("graded"));
  for (const Target& target : targets) ids.push_back(target.id);
  CHECK_EQ(ids, std::vector<std::string>{"separation", "explicit_handling", "no_api_error_handling",
                                         "structured_status", "cannot_explain", "retries_transient",
                                         "honours_retry_after", "retries_permanent", "overall.T1",
                                         "overall.T6"});
  CHECK_EQ(find_target(targets, "another_rubric", "separation"), nullptr);
}

TEST_CASE("what cannot be graded has no terms to mark") {
  const Json report(fixture::not_gradable());
  for (const Target& target : targets_of(report.at("graded"))) CHECK_NE(target.indicator, nullptr);
}

Json rework_report() { return Json(fixture::with_draft()); }

Json& fact_of(Json& report, const std::string& id) {
  for (Json& fact : report["graded"]["evidence"])
    if (fact["id"] == id) return fact;
  ASSAY_ASSERT(false, "the fixture has no fact " + id);
}

Json& case_of(Json& holder, const std::string& id) {
  for (Json& test_case : holder["cases"])
    if (test_case["id"] == id) return test_case;
  ASSAY_ASSERT(false, "the fixture has no case " + id);
}

TEST_CASE("what a machine made of the evidence is no part of the evidence") {
  const std::string before = hash_of(sound_report(), "structured_status");
  Json report = sound_report();
  Json& indicator = indicator_of(report, "structured_status");
  indicator["verdict"] = "observed";
  indicator["explanation"] = "Worded anew.";
  indicator["questions"][0]["text"] = "Asked anew?";
  indicator.erase("suggestion");
  CHECK_EQ(hash_of(report, "structured_status"), before);
}

TEST_CASE("how an author or a machine words what is cited is no part of the evidence") {
  const std::string before = hash_of(sound_report(), "explicit_handling");
  const std::string term_before = hash_of(sound_report(), "overall.T1");
  Json report = sound_report();
  indicator_of(report, "explicit_handling")["label"] = "Worded anew";
  fact_of(report, "e3")["statement"] = "Told anew.";
  Json& cited = case_of(report["graded"], "low");
  cited["title"] = "Another title";
  cited["family"] = "another";
  cited["visibility"] = "public";
  for (Json& term : report["graded"]["overall"]["rule"]) term["term"] = "worded anew";
  CHECK_EQ(hash_of(report, "explicit_handling"), before);
  CHECK_EQ(hash_of(report, "overall.T1"), term_before);
}

TEST_CASE("which fact points to a place, and how often, is no part of the evidence") {
  const std::string before = hash_of(sound_report(), "explicit_handling");
  Json report = sound_report();
  Json again = fact_of(report, "e3");
  again["id"] = "e99";
  again["cites"] = Json::array({{{"case", "low"}}});
  report["graded"]["evidence"].push_back(again);
  indicator_of(report, "explicit_handling")["evidence"] = {"e99", "e3"};
  CHECK_EQ(hash_of(report, "explicit_handling"), before);
}

TEST_CASE("facts that are numbered anew are the same facts") {
  const std::string before = hash_of(sound_report(), "separation");
  std::string text = dump_json(sound_report());
  for (const auto& [from, to] : {std::pair{"\"e1\"", "\"e91\""}, {"\"e2\"", "\"e1\""}})
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from))
      text.replace(at, std::string(from).size(), to);
  const Result<Json> renumbered = parse_json(text, "report");
  REQUIRE(renumbered.ok());
  CHECK_EQ(hash_of(*renumbered, "separation"), before);
}

TEST_CASE(
    "another record, another line of source, another file or another place is other evidence") {
  const std::string before = hash_of(sound_report(), "explicit_handling");
  const std::string source_before = hash_of(sound_report(), "separation");
  Json report = sound_report();
  report["graded"]["cases"][3]["value"]["status"] = "short";  // "low", which a fact cites
  CHECK_NE(hash_of(report, "explicit_handling"), before);
  CHECK_EQ(hash_of(report, "separation"), source_before);

  report = sound_report();
  auto& source = report["graded"]["submission"]["files"][0]["text"].get_ref<std::string&>();
  const std::size_t cited = source.find("urllib.request.urlopen(");
  REQUIRE_NE(cited, std::string::npos);
  source[cited] = 'U';
  CHECK_NE(hash_of(report, "separation"), source_before);
  CHECK_EQ(hash_of(report, "explicit_handling"), before);

  report = sound_report();
  report["graded"]["submission"]["sha256"] = std::string(64, '0');
  CHECK_NE(hash_of(report, "separation"), source_before);

  report = sound_report();
  indicator_of(report, "explicit_handling")["evidence"].push_back("e5");
  CHECK_NE(hash_of(report, "explicit_handling"), before);

  report = sound_report();
  case_of(report["graded"], "low")["label"] = "missing_data";
  CHECK_NE(hash_of(report, "explicit_handling"), before);
}

TEST_CASE("the draft's records, lines and files are evidence like the submission's") {
  const std::string told = hash_of(rework_report(), "state_differentiation");
  const std::string sees = hash_of(rework_report(), "sees_oversimplification");
  Json report = rework_report();
  case_of(report["graded"]["draft"], "server-500")["value"]["status"] = "api_error";
  CHECK_NE(hash_of(report, "state_differentiation"), told);

  report = rework_report();
  auto& source = report["graded"]["draft"]["files"][0]["text"].get_ref<std::string&>();
  const std::size_t cited = source.find("except Exception");
  REQUIRE_NE(cited, std::string::npos);
  source[cited] = 'E';
  CHECK_NE(hash_of(report, "sees_oversimplification"), sees);
  CHECK_EQ(hash_of(report, "state_differentiation"), told);

  report = rework_report();
  report["graded"]["draft"]["files"][0]["sha256"] = std::string(64, '0');
  CHECK_NE(hash_of(report, "state_differentiation"), told);
}

TEST_CASE("a term rests on every case, the draft's among them, and on the draft") {
  const std::string before = hash_of(sound_report(), "overall.T1");
  Json report = sound_report();
  report["graded"]["cases"].back()["virtual_us"] = 1;
  CHECK_NE(hash_of(report, "overall.T1"), before);

  const std::string with_draft = hash_of(rework_report(), "overall.T1");
  CHECK_NE(with_draft, before);
  report = rework_report();
  report["graded"]["draft"]["cases"].back()["virtual_us"] = 1;
  CHECK_NE(hash_of(report, "overall.T1"), with_draft);
  report = rework_report();
  report["graded"]["draft"]["files"][0]["sha256"] = std::string(64, '0');
  CHECK_NE(hash_of(report, "overall.T1"), with_draft);
}

}  // namespace
}  // namespace assay::marks
