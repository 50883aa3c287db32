#include "tests/unit/report/fixture.h"
#include "tests/unit/report/fixture_parts.h"

namespace assay::fixture {
namespace {

using namespace model;

constexpr std::string_view kDraftSource = R"(import json
import os
import urllib.request


def check_pipeline_health(partition_date, expected_min_rows):
    url = f"{os.environ['WAREHOUSE_URL']}/v1/tables/orders/partitions/{partition_date}"
    headers = {"Authorization": f"Bearer {os.environ['WAREHOUSE_TOKEN']}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            rows = json.load(response)["row_count"]
    except Exception as error:
        return {"status": "unhealthy", "actual_rows": 0, "message": f"check failed: {error}"}
    if rows < expected_min_rows:
        return {"status": "unhealthy", "actual_rows": rows, "message": "low row count"}
    return {"status": "healthy", "actual_rows": rows, "message": f"{rows} rows"}
)";

constexpr std::string_view kReview = R"(# What I changed

- `except Exception` says "unhealthy" of a day that is missing and of an API that is down alike.
- Ein Fehler der API ist kein Tag mit 0 Zeilen.
)";

Citation of_draft(Citation citation) {
  citation.of_draft = true;
  return citation;
}

/// What rests on the difference between the draft and the solution.
void judge_draft(Judgement& judgement) {
  const auto fact = [&](std::string statement, std::vector<Citation> cites) {
    judgement.evidence.push_back({"e" + std::to_string(judgement.evidence.size() + 1), "made_up",
                                  std::move(statement), Json(), std::move(cites)});
    return judgement.evidence.back().id;
  };
  const std::string merged =
      fact("The draft answered missing, low and failing alike, 'unhealthy'.",
           {of_draft(Citation::of_case("missing")), of_draft(Citation::of_stream("low", "value")),
            of_draft(Citation::of_request("server-500", 1))});
  const std::string handler = fact("The draft catches Exception in check_pipeline_health.",
                                   {of_draft(Citation::of_source("draft.py", 12, 13))});
  const std::string passage =
      fact("The review says: `except Exception` says \"unhealthy\" of a day that is missing …",
           {Citation::of_source("REVIEW.md", 3, 3)});

  Indicator sees =
      indicator("sees_oversimplification", "Identifies AI's tendency to oversimplify error states",
                Polarity::kPositive, Verdict::kNeedsHuman, "A person reads the review and decides.",
                {merged, handler});
  sees.basis = Basis::kHuman;
  sees.suggestion =
      Suggestion{Verdict::kObserved,
                 "1 passage seems to name what the draft does and the solution does not",
                 {passage},
                 {{"The draft gives missing and failing days one status.",
                   {passage},
                   {merged, handler},
                   {"e3", "e5"}}}};
  sees.questions = {
      {"Which passage of the review names where the draft puts states into one?", {}}};
  judgement.indicators.push_back(sees);
  Indicator told = indicator("state_differentiation", "Adds explicit state differentiation",
                             Polarity::kPositive, Verdict::kObserved,
                             "The draft gave missing, low and failing days one status, and the "
                             "solution tells them apart.",
                             {merged, "e3"});
  told.terms = {{"the draft merged two of the states", true, {merged}},
                {"the solution tells all of them apart", true, {"e3"}}};
  judgement.indicators.push_back(told);
}

}  // namespace

Report with_draft() {
  Report report = sound();
  report.variant = "with_ai";
  report.exercise.variants = {"without_ai", "with_ai"};
  report.exercise.draft = source_file("draft.py", std::string(kDraftSource));
  report.submission =
      submission("amara-okafor", {source_file("REVIEW.md", std::string(kReview)),
                                  *report.exercise.draft, report.submission.files.front()});
  report.draft_kind = DraftKind::kPackage;
  report.draft = Draft{DraftKind::kPackage, {*report.exercise.draft}, report.observations};
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    Observation& drafted = report.draft->observations[i];
    const std::string& label = report.cases[i].label;
    if (drafted.case_id == "hang") {
      drafted.outcome = {OutcomeKind::kVirtualTime, "all was blocked"};
      drafted.has_value = false;
      drafted.requests[0].end = WireEnd::kOpen;
      drafted.requests[0].ended_at.reset();
    } else if (label == "missing_data" || label == "api_failure") {
      drafted.outcome = {OutcomeKind::kReturned, ""};
      drafted.value = answer("unhealthy", 0, "check failed: HTTP Error");
      drafted.has_value = true;
    } else if (label == "low_volume") {
      drafted.value = answer("unhealthy", 640, "low row count");
    }
  }
  judge_draft(report.judgement);
  return report;
}

}  // namespace assay::fixture
