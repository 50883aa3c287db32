#pragma once

// Marks laid over a report: which of them stand, and what graded and marks come to.
//
// The latest mark on a target counts, as long as what it rested on is what the report rests on now.
// Nothing is dropped: a mark that was replaced or reopened stays in the list and says so.
//
// In: a report's Json and the marks of its chain. Out: the report with `marks` and `final` filled
// in. Pure, on any thread.

#include <vector>

#include "harness/model/marks.h"

namespace assay::marks {

std::vector<model::AppliedMark> states_of(const Json& graded, std::vector<model::Mark> marks);

model::Final final_of(const Json& graded, const std::vector<model::AppliedMark>& marks);

/// Sets `marks` and `final` of a report.
void apply(Json& report, std::vector<model::Mark> marks);

}  // namespace assay::marks
