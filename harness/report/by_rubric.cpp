#include "harness/report/by_rubric.h"

#include "harness/report/fields.h"

namespace assay::report {

std::vector<const Json*> further_rubrics(const Json& graded) {
  std::vector<const Json*> further;
  const Json& rubrics = graded.at("rubrics");
  for (std::size_t i = 1; i < rubrics.size(); ++i) further.push_back(&rubrics[i]);
  return further;
}

std::vector<const Json*> indicators_of(const Json& graded, const Json& rubric) {
  std::vector<const Json*> indicators;
  for (const Json& indicator : graded.at("indicators"))
    if (text_at(indicator, "rubric") == text_at(rubric, "id")) indicators.push_back(&indicator);
  return indicators;
}

std::vector<const Json*> anchor_indicators(const Json& graded) {
  return indicators_of(graded, graded.at("rubrics").at(0));
}

}  // namespace assay::report
