#include <doctest/doctest.h>

#include <algorithm>

#include "harness/report/candidate/view.h"
#include "tests/unit/report/fixture.h"

namespace assay::report {
namespace {

using model::Citation;
using model::Report;

/// What must be nowhere in what a candidate gets.
constexpr std::string_view kCanary = "KESTREL";

std::string canary(std::string_view where) {
  return std::string(kCanary) + "-" + std::string(where);
}

std::vector<std::pair<std::string, std::string>> all_formats_of(const CandidateView& view) {
  return {{"html", render_candidate_html(view)},
          {"markdown", render_candidate_markdown(view)},
          {"terminal", render_candidate_terminal(view, false, 80)},
          {"terminal in colour", render_candidate_terminal(view, true, 200)}};
}

/// Plants canaries in every text of a case and what was observed in it.
void plant_in(model::Case& test_case, model::Observation& seen) {
  test_case.title = canary("title");
  test_case.arguments = {canary("argument"), 1};
  test_case.variables = {{"canary", canary("variable")}};
  test_case.world = {{"tables", canary("world")}};
  test_case.script = {{{"message", canary("fault")}}};
  test_case.expect = {{"actual_rows", canary("expectation")}};
  seen.outcome.detail = canary("detail");
  seen.value = {{"status", canary("status")}, {"message", canary("message")}};
  seen.has_value = true;
  if (!seen.outcome.exception) seen.outcome.exception.emplace();
  seen.outcome.exception->types = {canary("type")};
  seen.outcome.exception->message = canary("exception");
  seen.out.text = canary("stdout");
  seen.err.text = canary("stderr");
  seen.notes = {canary("case-note")};
  for (model::Request& request : seen.requests) {
    request.target = "/" + canary("target");
    request.headers = {{"X", canary("header")}};
    request.body = canary("body");
    request.fault = canary("fault-name");
  }
}

/// Plants them in every sentence that a check, a rubric or a run wrote.
void plant_in(model::Judgement& judgement) {
  for (model::Fact& fact : judgement.evidence) {
    fact.statement = canary("statement");
    fact.data = canary("data");
  }
  for (model::Indicator& indicator : judgement.indicators) {
    indicator.explanation = canary("explanation");
    indicator.gaps = {canary("gap")};
    indicator.notes = {canary("note")};
    for (model::Term& term : indicator.terms) term.term = canary("term");
    indicator.suggestion =
        model::Suggestion{model::Verdict::kObserved, canary("suggestion"), {"e1"}};
    indicator.questions = {{canary("question"), {"e1"}}};
  }
  judgement.overall.because = canary("because");
  for (model::RuleTerm& term : judgement.overall.rule) {
    term.term = canary("rule");
    term.because = canary("rule-because");
  }
}

/// Every indicator speaks against the code, so that each is explained by all that may be told.
Json planted() {
  Report report = fixture::sound();
  for (std::size_t i = 0; i < report.cases.size(); ++i)
    if (report.cases[i].visibility == model::Visibility::kHidden)
      plant_in(report.cases[i], report.observations[i]);
  plant_in(report.judgement);
  for (model::Indicator& indicator : report.judgement.indicators) {
    indicator.verdict = indicator.polarity == model::Polarity::kPositive
                            ? model::Verdict::kNotObserved
                            : model::Verdict::kObserved;
    for (const model::Fact& fact : report.judgement.evidence) indicator.evidence.push_back(fact.id);
  }
  for (const model::Case& test_case : report.cases)
    report.judgement.evidence[0].cites.push_back(Citation::of_request(test_case.id, 1));
  report.run.retries = {canary("retry")};
  Json json = report;
  json["context"] = {{"application_id", canary("context")}};
  json["marks"] = {{{"rubric", "data_engineer_coding_test"},
                    {"indicator", "separation"},
                    {"machine", "needs_human"},
                    {"human", "not_observed"},
                    {"by", canary("by")},
                    {"role", canary("role")},
                    {"at", canary("at")},
                    {"reason_code", canary("reason")},
                    {"text", canary("text")},
                    {"state", "stands"}}};
  json["final"]["because"] = canary("final");
  return json;
}

TEST_CASE("nothing of hidden cases, notes or marks is in any byte of what a candidate gets") {
  const Json report = planted();
  // Each is there to be found.
  const std::string whole = dump_json(report);
  for (const char* where :
       {"title",     "argument",    "status", "exception", "stdout",  "target",     "fault-name",
        "statement", "explanation", "gap",    "note",      "term",    "suggestion", "question",
        "because",   "rule",        "text",   "by",        "context", "retry"})
    REQUIRE_MESSAGE(whole.find(canary(where)) != std::string::npos, where);
  const CandidateView view = candidate_view(report, "hiring@example.org");
  REQUIRE_FALSE(view.indicators.empty());
  for (const auto& [format, text] : all_formats_of(view)) {
    const std::size_t at = text.find(kCanary);
    CHECK_MESSAGE(at == std::string::npos, format << ": " << text.substr(at, 40));
  }
}

TEST_CASE("not even the ids of hidden cases are told, or how many there are") {
  const Json report(fixture::sound());
  const CandidateView view = candidate_view(report, "");
  CHECK_EQ(view.cases.size(), 1);
  for (const auto& [format, text] : all_formats_of(view))
    for (const char* id : {"healthy~twin", "at-minimum", "truncated", "server-500", "fails-twice"})
      CHECK_MESSAGE(text.find(id) == std::string::npos, format << " " << id);
}

TEST_CASE(
    "a negative is explained by an open case, by the twin of one, and by lines of the source") {
  Report report = fixture::sound();
  model::Judgement& judgement = report.judgement;
  judgement.indicators[0].verdict = model::Verdict::kNotObserved;
  judgement.evidence[0].cites = {Citation::of_case("healthy~twin"),
                                 Citation::of_source("solution.py", 14, 16)};
  judgement.evidence[1].cites = {Citation::of_case("low")};
  const CandidateView view = candidate_view(Json(report), "");
  const CandidateIndicator& bad = view.indicators[0];  // those come first
  CHECK(bad.kind == CandidateIndicator::Kind::kBad);
  CHECK_EQ(bad.label, "Clear separation of API call and validation logic");
  REQUIRE_EQ(bad.cases.size(), 1);
  CHECK_EQ(view.cases[bad.cases[0]].id, "healthy");
  REQUIRE_EQ(bad.lines.size(), 1);
  CHECK_EQ(bad.lines[0].place, "solution.py:14");
  CHECK_FALSE(bad.only_near);
  for (const auto& [format, text] : all_formats_of(view)) {
    CHECK_MESSAGE(text.find("Rows above the minimum") != std::string::npos, format);
    CHECK_MESSAGE(text.find("You were asked") != std::string::npos, format);
  }
}

TEST_CASE("what an indicator cites to a candidate's credit is not shown as speaking against them") {
  Report report = fixture::sound();
  model::Indicator& indicator = report.judgement.indicators[0];
  indicator.verdict = model::Verdict::kNotObserved;
  report.judgement.evidence[0].cites = {Citation::of_source("solution.py", 14, 16)};
  report.judgement.evidence[1].cites = {Citation::of_case("healthy~twin")};
  const auto id = [&](std::size_t i) { return report.judgement.evidence[i].id; };
  indicator.terms = {{.term = "failed", .holds = false, .evidence = {id(0)}},
                     {.term = "passed", .holds = true, .evidence = {id(1)}}};
  indicator.evidence = {id(0), id(1)};
  const CandidateIndicator shown = candidate_view(Json(report), "").indicators[0];
  CHECK_EQ(shown.lines.size(), 1);
  CHECK(shown.cases.empty());
}

TEST_CASE("a twin that may be disclosed stands for its hidden case") {
  Report report = fixture::sound();
  report.cases[0].visibility = model::Visibility::kHidden;
  report.cases[1].visibility = model::Visibility::kPublic;
  report.judgement.indicators[0].verdict = model::Verdict::kNotObserved;
  report.judgement.evidence[0].cites = {Citation::of_case("healthy")};
  report.judgement.evidence[1].cites = {Citation::of_case("healthy")};
  const CandidateView view = candidate_view(Json(report), "");
  REQUIRE_EQ(view.indicators[0].cases.size(), 1);
  CHECK_EQ(view.cases[view.indicators[0].cases[0]].id, "healthy~twin");
}

TEST_CASE("where no open case shows it, that is said, and the nearest are not passed off as it") {
  Report report = fixture::sound();
  report.judgement.indicators[0].verdict = model::Verdict::kNotObserved;
  for (model::Fact& fact : report.judgement.evidence) fact.cites = {Citation::of_case("low")};
  CandidateView view = candidate_view(Json(report), "");
  CHECK(view.indicators[0].cases.empty());
  for (const auto& [format, text] : all_formats_of(view))
    CHECK_MESSAGE(text.find("stay undisclosed") != std::string::npos, format);
  report.cases[4].visibility = model::Visibility::kPublic;
  report.cases[4].label = "low_volume";
  view = candidate_view(Json(report), "");
  CHECK(view.indicators[0].only_near);
  CHECK_EQ(view.indicators[0].cases.size(), 1);
}

TEST_CASE("the verdict that counts is shown, and that a person decided it") {
  Json report(fixture::sound());
  report["marks"] = {{{"rubric", "data_engineer_coding_test"},
                      {"indicator", "separation"},
                      {"human", "not_observed"},
                      {"state", "stands"}}};
  const CandidateView view = candidate_view(report, "");
  CHECK(view.indicators[0].kind == CandidateIndicator::Kind::kBad);
  CHECK_NE(verdict_sentence(view.indicators[0]).find("A person decided this"), std::string::npos);
}

TEST_CASE("a candidate is told where a case went otherwise in another run") {
  Report report = fixture::sound();
  report.cases[1].visibility = model::Visibility::kPublic;
  Json once(report);
  once["graded"]["indicators"][0]["verdict"] = "not_observed";
  CHECK_FALSE(candidate_view(once, "").indicators[0].on_varying);
  Json varying = once;
  const Json id = once["graded"]["cases"][1]["id"];
  varying["repeated"] = {{"runs", 3},
                         {"cases", {{{"case", id}, {"in", {"value"}}, {"examples", {}}}}},
                         {"indicators",
                          {{{"rubric", once["graded"]["indicators"][0]["rubric"]},
                            {"id", once["graded"]["indicators"][0]["id"]},
                            {"cases", {{{"case", id}}}}}}}};
  const CandidateView view = candidate_view(varying, "");
  for (const auto& [format, text] : all_formats_of(candidate_view(once, ""))) {
    CHECK_MESSAGE(text.find("It rests on a case that did not go") == std::string::npos, format);
    CHECK_MESSAGE(text.find("it went otherwise") == std::string::npos, format);
  }
  REQUIRE(view.indicators[0].on_varying);
  REQUIRE_EQ(std::ranges::count_if(view.cases, &CandidateCase::varies), 1);
  const std::string markdown = render_candidate_markdown(view);
  CHECK_NE(markdown.find("It rests on a case that did not go the same way"), std::string::npos);
  CHECK_NE(markdown.find("it went otherwise; this is the first run"), std::string::npos);
  const std::string html = render_candidate_html(view);
  CHECK_NE(html.find(kOnVarying), std::string::npos);
  CHECK_NE(html.find(kVaries), std::string::npos);
  CHECK_NE(render_candidate_terminal(view, false, 1'000).find(kVaries), std::string::npos);
}

TEST_CASE("every format says how to contest, to whom, and by which reference") {
  const CandidateView view = candidate_view(Json(fixture::sound()), "hiring@example.org");
  for (const auto& [format, text] : all_formats_of(view)) {
    CHECK_MESSAGE(text.find("hiring@example.org") != std::string::npos, format);
    CHECK_MESSAGE(text.find(view.reference) != std::string::npos, format);
    CHECK_MESSAGE(text.find("A person looks at it again") != std::string::npos, format);
  }
}

TEST_CASE("what could not be graded says so without the words that it failed with") {
  Report report = fixture::not_gradable();
  report.judgement.gradable.reason = canary("reason");
  const CandidateView view = candidate_view(Json(report), "");
  CHECK_FALSE(view.gradable);
  CHECK(view.indicators.empty());
  for (const auto& [format, text] : all_formats_of(view)) {
    CHECK_MESSAGE(text.find("could not be graded") != std::string::npos, format);
    CHECK_MESSAGE(text.find(kCanary) == std::string::npos, format);
  }
}

TEST_CASE("what a candidate wrote is harmless in every format") {
  Report report = fixture::hostile();
  for (model::Case& test_case : report.cases) test_case.visibility = model::Visibility::kPublic;
  const CandidateView view = candidate_view(Json(report), "<b>`us`</b>");
  REQUIRE_FALSE(view.cases.empty());
  for (const auto& [format, text] : all_formats_of(view)) {
    if (format == "html") CHECK_EQ(text.find("<script"), std::string::npos);
    if (format != "terminal in colour")
      CHECK_MESSAGE(text.find('\x1b') == std::string::npos, format);
    CHECK_MESSAGE(text.find("\u202E") == std::string::npos, format);
  }
  CHECK_NE(render_candidate_markdown(view).find("\\<b\\>\\`us\\`"), std::string::npos);
}

}  // namespace
}  // namespace assay::report
