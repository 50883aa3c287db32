#pragma once

// What a person decides, checked, and made into the mark that says so.
//
// In: `graded` of the report that the person looked at, and their decision. Out: a mark without its
// place in the chain, or an input error that says what the decision lacks. Pure, on any thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/marks/target.h"
#include "harness/model/marks.h"

namespace assay::marks {

/// Who marks, for all marks of one sitting.
struct Marker {
  std::string by;
  std::string role;
};

struct Decision {
  std::string rubric;     ///< empty: the first that has the indicator
  std::string indicator;  ///< as of model::Mark
  model::Verdict human = model::Verdict::kNeedsHuman;
  std::string reason_code;
  std::string text;
};

/// A decision once it is a line of the chain, which nothing that happens afterwards takes back.
struct SavedMark {
  model::Mark mark;
  std::vector<model::Mark> by_others;  ///< standing ones on the same target, of other people
  std::vector<std::string> notices;    ///< what happened besides that a person should know
};

Status check_marker(const Marker& marker);

/// A verdict that a person can give, by name: all but `undetermined`, which is the harness's.
/// `needs_human` leaves the decision to somebody else, visibly.
Result<model::Verdict> human_verdict_from(std::string_view name);

/// Whether a decision of that kind has to say why in words: where the reason asks for it, and where
/// it overrides what the machine decided.
bool needs_text(const Target& target, model::Verdict human, const model::ReasonCode& reason);

/// `at` is when, in UTC.
Result<model::Mark> mark_of(const Json& graded, const Decision& decision, const Marker& marker,
                            std::string at);

}  // namespace assay::marks
