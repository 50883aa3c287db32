#pragma once

// The overall anchor, by the rule that a rubric's YAML holds, shown term by term.
//
// A term holds, does not hold, or is open: a person still decides it, or the harness failed. What
// nothing in the run could show does not hold. `meets` wants that no required term fails; `exceeds`
// wants that every one of its terms is known to hold. The anchor is provisional while an open term
// could still change it.
//
// In: a rubric that has an overall rule, its indicators as decided, facts, the level. Out:
// model::Overall. Pure, on any thread.

#include <vector>

#include "rubrics/rubric.h"

namespace assay::rubrics {

model::Overall decide_overall(const Rubric& rubric, const std::vector<model::Indicator>& indicators,
                              const FactSet& facts, model::Level level);

/// The rule with no term decided: for a submission that cannot be graded.
model::Overall not_gradable(const Rubric& rubric, model::Level level);

}  // namespace assay::rubrics
