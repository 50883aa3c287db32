#pragma once

// Facts from what happened: each with a sentence that a candidate could read, and where to see it.
//
// The kinds and their data are those of rubrics/facts.h. Facts come in a fixed order: states,
// source, functions by file and line, then for each case in
// the plan's order the case and its traffic. Their ids are for use while judging
// ("case:server-500"); judge.h numbers those that are cited.
//
// In: the plan, what ran, and what the rubric reads. Out: facts; those of a draft have ids that
// begin with "draft/" and cite the draft. Pure, on any thread.

#include <string>
#include <vector>

#include "harness/model/evidence.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "rubrics/rubric.h"

namespace assay::evidence {

/// What ran the plan's cases: a submission, or the draft that it was made from.
struct Subject {
  const model::EntryPoint& entry;
  const std::vector<model::Observation>& observations;  ///< one for each case, in the plan's order
  const Json& inspection;                               ///< of the source; untrusted
  bool is_draft = false;
};

struct Derived {
  std::vector<model::Fact> facts;
  bool defines_entry = true;  ///< false where the source was read and defines no entry point
};

Derived derive(const model::Plan& plan, const Subject& subject, const rubrics::Reads& reads);

/// A fact for each passage of a review.
std::vector<model::Fact> derive_passages(const model::SourceFile& review);

}  // namespace assay::evidence
