#pragma once

// From observations to a judgement: facts, verdicts by the rubrics, the overall anchor.
//
// In: everything that was observed of one submission; the inspection is untrusted data. Out: a
// Judgement whose facts are those that are cited, numbered "e1", "e2", … in the order of the
// report; a fact that two rubrics cite is there once. The first rubric gives the overall anchor,
// and no other has a part in it. Pure, on any thread; nothing of the host or the clock goes in, so
// it can be repeated later from the recorded observations.

#include <optional>
#include <vector>

#include "harness/evidence/derive.h"
#include "harness/model/draft.h"
#include "harness/model/exercise.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "harness/model/verdict.h"
#include "rubrics/rubric.h"

namespace assay::evidence {

/// What a submission was made from, in a variant with a draft.
struct Rework {
  std::optional<model::DraftKind> kind;       ///< nothing: the variant has no draft
  const Subject* draft = nullptr;             ///< null where there is none, or none was kept
  const model::SourceFile* review = nullptr;  ///< null where none came with the submission
};

model::Judgement judge(const model::Exercise& exercise, const model::Plan& plan,
                       const std::vector<model::Observation>& observations, const Json& inspection,
                       const std::vector<rubrics::Rubric>& rubrics, model::Level level,
                       const Rework& rework = {});

/// The draft's entry point: the exercise's, in the draft's file.
model::EntryPoint draft_entry(const model::EntryPoint& entry);

}  // namespace assay::evidence
