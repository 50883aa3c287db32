#pragma once

// Facts from what happened: each with a sentence that a candidate could read, and where to see it.
//
// The kinds and their data are those of rubrics/facts.h. Facts come in a fixed order: states,
// source, functions by file and line, then for each case in
// the plan's order the case and its traffic. Their ids are for use while judging
// ("case:server-500"); judge.h numbers those that are cited.
//
// In: the plan, an observation for each of its cases in the same order, the source inspection
// (untrusted), and what the rubric reads. Out: facts. Pure, on any thread.

#include <string>
#include <vector>

#include "harness/model/evidence.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "rubrics/rubric.h"

namespace assay::evidence {

struct Derived {
  std::vector<model::Fact> facts;
  bool defines_entry = true;  ///< false where the source was read and defines no entry point
};

Derived derive(const model::Plan& plan, const std::vector<model::Observation>& observations,
               const Json& inspection, const rubrics::Reads& reads);

}  // namespace assay::evidence
