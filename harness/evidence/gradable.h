#pragma once

// Whether there is anything to grade. "Not gradable" is not "below": it is a question for a person.
//
// In: the plan, the file and function that were called, the observations, whether the source
// defines the entry point. Out: yes, or why not with a question. Pure, on any thread.

#include <string_view>
#include <vector>

#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "harness/model/verdict.h"

namespace assay::evidence {

/// How the reason begins where the harness failed in every case.
inline constexpr std::string_view kOurFault = "Assay itself failed";
/// How it ends where the entry point is not there: whoever knows why puts that in its place.
inline constexpr std::string_view kUnderAnotherName = ". Is it there under another name?";

struct GradableResult {
  model::Gradable gradable;
  bool our_fault = false;  ///< the harness failed in every case
};

GradableResult look_whether_gradable(const model::Plan& plan, const model::EntryPoint& entry,
                                     const std::vector<model::Observation>& observations,
                                     bool defines_entry);

}  // namespace assay::evidence
