#include <doctest/doctest.h>

#include "harness/report/candidate/view.h"
#include "harness/report/format.h"
#include "tests/support/golden.h"
#include "tests/unit/report/fixture.h"
#include "tests/unit/report/fixture_json.h"

namespace assay::report {
namespace {

TEST_CASE("every format renders each report as its golden file has it") {
  const std::pair<std::string, model::Report> reports[] = {
      {"sound", fixture::sound()},
      {"hostile", fixture::hostile()},
      {"not_gradable", fixture::not_gradable()},
      {"with_draft", fixture::with_draft()}};
  for (const auto& [name, report] : reports) {
    const Json json = report;
    for (const Format* format : all_formats())
      testing::check_golden(name + "." + std::string(format->name), format->render(json, {}));
  }
}

TEST_CASE("a report that people decided on is a page as its golden file has it") {
  for (const char* name : {"html", "json"})
    testing::check_golden("decided." + std::string(name),
                          find_format(name)->render(fixture::decided(), {}));
}

TEST_CASE("a report of which cases vary is as its golden files have it") {
  for (const Format* format : all_formats())
    testing::check_golden("varying." + std::string(format->name),
                          format->render(fixture::varying(), {}));
}

TEST_CASE("what a candidate gets is a page as its golden file has it") {
  model::Report report = fixture::sound();
  report.judgement.indicators[0].verdict = model::Verdict::kNotObserved;
  report.judgement.evidence[0].cites.push_back(model::Citation::of_case("low"));
  testing::check_golden("candidate.html",
                        render_candidate_html(candidate_view(Json(report), "hiring@example.org")));
}

}  // namespace
}  // namespace assay::report
