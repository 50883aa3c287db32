#pragma once

// Two reports of one exercise held against each other: which verdicts moved, and why.
//
// Why is looked for in this order: what the cases did that the verdict rests on, which of its terms
// and gaps are others, and what was judged by: rubric, package, Assay; beside those, whether it
// rests on a case that varies from run to run. In: two reports' Json. Out:
// values to print or to keep. Pure, on any thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/json.h"
#include "harness/model/marks.h"
#include "harness/report/format.h"

namespace assay::report {

struct MovedVerdict {
  model::Moved moved;  ///< `because` is the later report's explanation
  std::string label;
  std::vector<std::string> why;  ///< sentences, the most telling first
};

struct ReportDiff {
  /// What the two were graded by that is not the same, in words: "level: mid and senior".
  std::vector<std::string> conditions;
  std::vector<MovedVerdict> verdicts;  ///< the machine's, and the anchor ("overall") at the end
  /// Cases that vary from run to run in either report, a sentence each: a verdict that rests on one
  /// can move by itself.
  std::vector<std::string> varying;
  std::vector<MovedVerdict> decided;  ///< where people's marks stand otherwise
  std::string final_from;  ///< "meets, provisional"; equal to final_to where it is the same

  std::string final_to;
  bool moved() const { return !verdicts.empty() || !decided.empty() || final_from != final_to; }
};

/// An input error where the two are of different exercises or variants, which have nothing to
/// compare.
Result<ReportDiff> compare_reports(const Json& a, const Json& b);

/// `name` is the submission's.
std::string render_diff(const ReportDiff& diff, std::string_view name, const RenderOptions& how);

/// What the later report says of the earlier one in whose place it stands. `supersedes` identifies
/// that one.
model::Lineage lineage_of(const Json& earlier, const Json& later, std::string supersedes,
                          std::string cause);

}  // namespace assay::report
