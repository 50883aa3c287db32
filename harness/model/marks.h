#pragma once

// What people decide on a report: marks, what graded and marks come to, and where a report comes
// from.
//
// A mark is a line of marks.jsonl beside the report, and only ever added. The report repeats the
// marks with the state of each. harness/marks reads, writes and applies them.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/verdict.h"

namespace assay::model {

/// In front of the id of a term of the overall rule, where a mark is about one that follows no
/// indicator: "overall.T1".
inline constexpr std::string_view kTermPrefix = "overall.";

/// A person's decision on an indicator, or on a term of the overall rule.
struct Mark {
  std::string rubric;
  std::string indicator;                   ///< id, or kTermPrefix and the id of a term
  Verdict machine = Verdict::kNeedsHuman;  ///< what the report said when it was marked
  Verdict human = Verdict::kNeedsHuman;
  std::string by;
  std::string role;
  std::string at;  ///< UTC
  std::string reason_code;
  std::string text;
  std::string evidence_sha256;             ///< of what the decision could rest on
  std::optional<std::string> prev_sha256;  ///< of the line before; none for the first
};

/// Why a person decides as they do. `needs_text`: the code alone says too little.
struct ReasonCode {
  std::string_view code;
  std::string_view words;
  bool needs_text = false;
};
std::span<const ReasonCode> reason_codes();
/// Null where there is none of that name.
const ReasonCode* find_reason(std::string_view code);

enum class MarkState {
  kStands,
  kReplaced,  ///< by a later one on the same indicator
  kReopened,  ///< what it rested on has changed since
};
std::string_view to_string(MarkState);

/// A mark as a report shows it.
struct AppliedMark {
  Mark mark;
  MarkState state = MarkState::kStands;
};

/// What graded and marks come to.
struct Final {
  Anchor anchor = Anchor::kNotGradable;
  bool provisional = false;
  std::string because;
  std::vector<std::string> open;  ///< ids of indicators that nobody has decided
};

/// One verdict, or the anchor ("overall"), that is not what it was in the report before.
struct Moved {
  std::string rubric;
  std::string indicator;
  std::string from;  ///< "absent" where there was none
  std::string to;
  std::string because;
};

/// Where a report comes from that took the place of another of the same submission.
struct Lineage {
  std::string supersedes;  ///< SHA-256 of that report's `graded`
  std::string cause;       ///< "rejudge" | "regrade"
  std::vector<Moved> changed;
};

void to_json(Json&, const Mark&);
void from_json(const Json&, Mark&);
void to_json(Json&, const AppliedMark&);
void to_json(Json&, const Final&);
void to_json(Json&, const Moved&);
void to_json(Json&, const Lineage&);

}  // namespace assay::model
