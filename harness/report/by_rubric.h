#pragma once

// Indicators of a report by the rubric that they are of: the first rubric gives the result, and
// what the others say is shown apart from it.
//
// In: the `graded` of a report's Json, as of format.h. Out: views into it, which must not outlive
// it.

#include <string_view>
#include <vector>

#include "harness/model/json.h"

namespace assay::report {

/// The rubrics without a part in the result, as the report lists them.
std::vector<const Json*> further_rubrics(const Json& graded);

/// Of one rubric, in the report's order.
std::vector<const Json*> indicators_of(const Json& graded, const Json& rubric);

/// Of the rubric that gives the result.
std::vector<const Json*> anchor_indicators(const Json& graded);

inline constexpr std::string_view kJudgedApart =
    "Judged apart: it has no part in the result above.";

}  // namespace assay::report
