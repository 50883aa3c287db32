#pragma once

// What one case showed, seen by itself. What needs other cases (closed values, keys, escapes) is
// added in states.h.
//
// In: a case of the plan and its observation. Out: a CaseFact. Pure, on any thread.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "harness/model/exercise.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "rubrics/facts.h"
#include "rubrics/rubric.h"

namespace assay::evidence {

/// The case's own values, which a free text would repeat.
struct CaseValues {
  std::string date;
  std::string canary;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> rows;
};

CaseValues values_of(const model::Case& the_case, const model::EntryPoint& entry,
                     const rubrics::Reads& reads);

/// What holds for all cases of a run.
struct CaseContext {
  const rubrics::Reads& reads;
  bool needs_warehouse = true;
  const std::set<std::string>& starter_files;  ///< a `raise` in one of these is not the candidate's
  const std::map<std::string, std::string>& environment;  ///< of the candidate's process
};

/// The record that a text of JSON holds, since whoever parses it is told a state and a count as
/// well; null for any other value. Not one with keys like the tags of model/value.h, which stand
/// for other types.
Json record_in_text(const Json& value);

rubrics::CaseFact look_at_case(const model::Case& the_case, const model::Observation& observation,
                               const CaseValues& values, const CaseContext& context);

/// How a case without an answer came to its end: "the case's clock reached its limit".
std::string_view end_in_words(const model::Outcome& outcome);

}  // namespace assay::evidence
