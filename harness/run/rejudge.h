#pragma once

// Verdicts derived again from what was recorded, without the candidate's code: after a rubric, a
// label, an expectation or Assay itself has changed.
//
// The report is replaced whole; the one before moves to superseded/ beside it, and the new one
// names it in its lineage. Marks stand where what they rested on is the same, and are reopened
// otherwise. Where nothing comes out differently no file is touched.
//
// In: a result folder. Out: what became of it. Holds the lock of its marks meanwhile. One thread.

#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/marks/chain.h"
#include "harness/report/diff.h"
#include "harness/run/results.h"

namespace assay::run {

inline constexpr std::string_view kSupersededFolder = "superseded";

struct Rejudged {
  bool changed = false;
  report::ReportDiff diff;
  std::size_t kept = 0;      ///< marks that stand
  std::size_t reopened = 0;  ///< marks that stood before
  std::string notice;        ///< what could not be done besides; empty where all was
};

/// `exercise` is the package's folder or name; empty: the one that the report names.
Result<Rejudged> rejudge(const ResultFolder& result, const std::string& exercise);

/// Prepares a fresh report to take the place of what lies in `folder` already: the marks there are
/// laid over it, and where it comes from is said. The lock, which there is none of without marks,
/// is to be held until the report is written. An error where what is there cannot be read; the
/// report is as it was then.
Result<std::optional<marks::LockedChain>> carry_over(const std::string& folder, Json& report);

/// For a report in `folder` that carry_over() could not use: it is kept as it is beside those that
/// others have superseded, since it may be the last to repeat some marks.
Status keep_unread(const std::string& folder);

}  // namespace assay::run
