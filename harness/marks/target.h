#pragma once

// What of a report can be marked: every indicator, and every term of the overall rule that follows
// no indicator.
//
// In: `graded` of a report, checked by read_report(). Out: targets in the report's order,
// indicators first, and for each a hash of what a decision on it can rest on: the files of the
// submission and of its draft, and all that is recorded where its facts point, be it lines of
// source or cases with the state that each stands for. What a machine or an author made of them
// (verdicts, facts, labels of indicators and titles in their wording and order, the suggestion) has
// no part in it, so a mark outlives a rubric that is only worded anew. Targets borrow from
// `graded`. Pure, on any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/json.h"
#include "harness/model/verdict.h"

namespace assay::marks {

struct Target {
  std::string rubric;
  std::string id;  ///< as of model::Mark
  std::string label;
  model::Polarity polarity = model::Polarity::kPositive;
  model::Verdict machine = model::Verdict::kNeedsHuman;
  const Json* indicator = nullptr;  ///< null for a term
  const Json* term = nullptr;       ///< null for an indicator

  bool needs_person() const { return machine == model::Verdict::kNeedsHuman; }
};

std::vector<Target> targets_of(const Json& graded);

/// The one of that rubric; an empty `rubric` is any. Null where there is none.
const Target* find_target(const std::vector<Target>& targets, std::string_view rubric,
                          std::string_view id);

std::string evidence_sha256(const Json& graded, const Target& target);

}  // namespace assay::marks
