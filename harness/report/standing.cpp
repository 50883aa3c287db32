#include "harness/report/standing.h"

#include <algorithm>

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

}  // namespace assay::report
