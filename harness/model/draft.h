#pragma once

// A draft: the code that a candidate was given, or let an AI write, before reworking it. It runs
// through the same cases as the solution, and some indicators rest on the difference.

#include <optional>
#include <string_view>
#include <vector>

#include "harness/model/observation.h"
#include "harness/model/submission.h"

namespace assay::model {

/// File names that the candidate's page and the intake agree on.
inline constexpr std::string_view kDraftFile = "draft.py";
inline constexpr std::string_view kReviewFile = "REVIEW.md";

/// Whose draft it is; the same for a whole cohort.
enum class DraftKind {
  kPackage,  ///< the exercise's, the same for every candidate
  kOwn,      ///< each candidate's, kept beside the solution
};
std::string_view to_string(DraftKind);
std::optional<DraftKind> draft_kind_from(std::string_view);

/// A draft and what it did.
struct Draft {
  DraftKind kind = DraftKind::kPackage;
  std::vector<SourceFile> files;
  std::vector<Observation> observations;  ///< one for each case, in the plan's order
};

}  // namespace assay::model
