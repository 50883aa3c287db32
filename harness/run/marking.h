#pragma once

// A mark brought to its report: added to the chain, and the report, its other formats and the summary
// written anew with it.
//
// The chain is locked throughout, so two people may mark one report at once: each mark is added to
// what is there, and the report that is written last repeats them all. Should the process end between
// the two, the chain has the mark and the next reader lays it over the report.
//
// In: a result folder and a decision. Out: the mark as saved. One thread.

#include <string>

#include "harness/base/result.h"
#include "harness/marks/decision.h"
#include "harness/marks/walk.h"
#include "harness/run/results.h"

namespace assay::run {

/// `seen` is graded_sha256() of the report that the person looked at: where it is another by now
/// nothing is saved. Empty: whatever is there.
Result<marks::SavedMark> save_mark(const ResultFolder& result, const marks::Decision& decision,
                                   const marks::Marker& marker, const std::string& seen);

/// UTC, by the host's clock.
std::string time_of_marking();

}  // namespace assay::run
