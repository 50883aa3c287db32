#include "harness/report/standing.h"

#include <algorithm>
#include <string>

#include "harness/model/anchor.h"
#include "harness/model/marks.h"
#include "harness/report/fields.h"

namespace assay::report {

const Json* standing_mark(const Json& report, const Json& indicator) {
  const Json& marks = report.at("marks");
  const auto it = std::ranges::find_if(marks, [&](const Json& mark) {
    return mark.at("state") == "stands" && mark.at("indicator") == indicator.at("id") &&
           mark.at("rubric") == indicator.at("rubric");
  });
  return it == marks.end() ? nullptr : &*it;
}

Json as_it_stands(const Json& report, const Json& indicator) {
  Json standing = indicator;
  if (const Json* mark = standing_mark(report, indicator)) standing["verdict"] = mark->at("human");
  return standing;
}

Json rule_as_it_stands(const Json& report) {
  const Json& graded = report.at("graded");
  Json rule = graded.at("overall").at("rule");
  if (rule.empty()) return rule;
  // The anchor is the first rubric's, and so are the indicators that its terms name.
  const Json& rubric = graded.at("rubrics").front().at("id");
  for (Json& term : rule) {
    const bool follows = term.contains("indicator");
    const Json target = {
        {"rubric", rubric},
        {"id", follows ? text_at(term, "indicator")
                       : std::string(model::kTermPrefix) + std::string(text_at(term, "id"))}};
    const Json* mark = standing_mark(report, target);
    if (mark == nullptr) continue;
    const Json* indicator =
        follows ? find_by(graded.at("indicators"), "id", target.at("id")) : nullptr;
    const auto polarity = indicator != nullptr && indicator->at("polarity") == "negative"
                              ? model::Polarity::kNegative
                              : model::Polarity::kPositive;
    const auto verdict = model::verdict_from(text_at(*mark, "human"));
    const auto holds = verdict ? model::term_holds(polarity, *verdict) : std::nullopt;
    term["holds"] = holds ? Json(*holds) : Json();
    term["because"] = "A person decided this.";
  }
  return rule;
}

}  // namespace assay::report
