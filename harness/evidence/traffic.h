#pragma once

// What one case asked of the warehouse and how each answer went, from the journal.
//
// Which requests ask for the same thing is told by things.h.
//
// In: a case of the plan and its observation. Out: a TrafficFact, and a model::Fact of it whose
// citations are lines of the journal. Pure, on any thread.

#include "harness/model/evidence.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "rubrics/facts.h"

namespace assay::evidence {

rubrics::TrafficFact look_at_traffic(const model::Case& the_case,
                                     const model::Observation& observation,
                                     const model::Limits& limits);

model::Fact fact_of(const rubrics::TrafficFact& traffic, const std::string& title);

}  // namespace assay::evidence
