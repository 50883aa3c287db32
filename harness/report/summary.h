#pragma once

// The summary of one run of `assay grade`: summary.json and the table at its end.
//
// In: one entry a submission, from its report or from what kept it from having one. Out: Json as of
// summary.schema.json. Both come in an order that helps whoever grades: what has no result first,
// then by how much a person has to decide, then by name. Nothing is ranked by result.

#include <string>
#include <vector>

#include "harness/model/json.h"
#include "harness/report/format.h"

namespace assay::report {

struct SummaryEntry {
  std::string id;      ///< of the submission
  std::string failed;  ///< why there is no report; empty where there is one
  /// The entry as summary.json has it; null where there is no report.
  Json graded;
};

/// `report` as of format.h.
SummaryEntry entry_of(const Json& report);
SummaryEntry failed_entry(std::string id, std::string why);

Json summarise(const std::vector<SummaryEntry>& entries);

/// The table, and what its columns count.
std::string render_summary_terminal(const Json& summary, const RenderOptions& options);

}  // namespace assay::report
