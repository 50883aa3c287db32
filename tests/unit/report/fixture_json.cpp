#include "tests/unit/report/fixture_json.h"

#include "harness/report/repeated.h"
#include "tests/unit/report/fixture.h"

namespace assay::fixture {
namespace {

Json mark(std::string indicator, std::string machine, std::string human, std::string text) {
  return {{"rubric", "data_engineer_coding_test"},
          {"indicator", indicator},
          {"machine", machine},
          {"human", human},
          {"by", "ines"},
          {"role", "interviewer"},
          {"at", "2026-04-02T10:00:00Z"},
          {"reason_code", "conversation"},
          {"text", text},
          {"evidence_sha256", std::string(64, '0')},
          {"prev_sha256", nullptr},
          {"state", "stands"}};
}

Json of_second_rubric(std::string id, std::string label, std::string polarity, std::string verdict,
                      std::string explanation) {
  return {{"rubric", "production_readiness"},
          {"id", id},
          {"label", label},
          {"polarity", polarity},
          {"verdict", verdict},
          {"basis", "dynamic"},
          {"explanation", explanation},
          {"asks", ""},
          {"terms", Json::array({{{"term", "a hang ends by the client's own close"},
                                  {"holds", true},
                                  {"evidence", Json::array({"e5"})}}})},
          {"gaps", Json::array({"one gap", "two gaps", "three gaps"})},
          {"notes", Json::array()},
          {"evidence", Json::array({"e5"})}};
}

}  // namespace

Json decided() {
  Json report = with_draft();
  Json& graded = report["graded"];
  Json before = mark("separation", "observed", "observed", "A first look.");
  before["state"] = "replaced";
  Json of_term = mark("overall.T6", "not_observed", "observed", "It has a bound, in the caller.");
  of_term["state"] = "reopened";
  report["marks"] = Json::array();
  report["marks"].push_back(before);
  report["marks"].push_back(of_term);
  report["marks"].push_back(
      mark("structured_status", "needs_human", "observed", "Enough for a caller.\nYes."));
  report["marks"].push_back(mark("separation", "observed", "not_observed", std::string(kMarkup)));
  report["final"] = {{"anchor", "below"},
                     {"status", "complete"},
                     {"because", "A person decided that T5 does not hold."},
                     {"open", Json::array()}};
  report["lineage"] = {{"supersedes", std::string(64, 'a')},
                       {"cause", "rejudge"},
                       {"changed", Json::array({{{"rubric", "data_engineer_coding_test"},
                                                 {"indicator", "separation"},
                                                 {"from", "not_observed"},
                                                 {"to", "observed"},
                                                 {"because", "the rubric changed"}}})}};
  graded["indicators"].push_back(of_second_rubric("sets_timeout", "Sets a timeout", "positive",
                                                  "observed", "A hang ended after 5.000 s."));
  graded["indicators"].push_back(of_second_rubric("leaks_token", "Leaks the token into a message",
                                                  "negative", "not_observed",
                                                  "No message has it."));
  Json& last = graded["cases"].back();
  last["outcome"] = {{"kind", "harness_fault"}, {"detail", "the runner did not start"}};
  last.erase("value");
  last["requests"] = Json::array();
  last.erase("waits");
  return report;
}

Json varying() {
  model::Report made = with_draft();
  made.repeated.runs = 3;
  made.repeated.cases = {
      {.case_id = "low",
       .in = {"value", "output"},
       .runs = {2, 3},
       .examples = {{1, "returned 'low_volume'"}, {2, "returned '" + std::string(kMarkup) + "'"}}},
      {.case_id = "truncated",
       .in = {"outcome"},
       .runs = {3},
       .examples = {{1, "returned None"}, {3, "raised KeyError: " + std::string(kEscapes)}}},
      {.case_id = "missing",
       .of_draft = true,
       .in = {"requests"},
       .runs = {2},
       .examples = {{1, "sent 1 request"}, {2, "sent as request 2 GET /v1/x"}}}};
  made.repeated.lost = {{.case_id = "server-500", .run = 2}};
  made.repeated.not_compared = {{.case_id = "healthy", .why = "order_not_fixed"},
                                {.case_id = "low", .of_draft = true, .why = "real_time"}};
  Json report = made;
  report::name_what_varies(report);
  return report;
}

Json with_cases(std::size_t cases, std::size_t requests) {
  Json report = sound();
  Json& list = report["graded"]["cases"];
  for (std::size_t i = 0; i < cases; ++i) {
    Json copy = list[0];
    copy["id"] = "more-" + std::to_string(i);
    Json request = copy["requests"][0];
    copy["requests"] = Json::array();
    for (std::size_t n = 0; n < requests; ++n) {
      request["seq"] = n + 1;
      copy["requests"].push_back(request);
    }
    list.push_back(std::move(copy));
  }
  return report;
}

}  // namespace assay::fixture
