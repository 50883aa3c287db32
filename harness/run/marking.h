#pragma once

// A mark brought to its report: added to the chain, and the report, its other formats and the
// summary written anew with it.
//
// The chain is locked throughout, so two people may mark one report at once: each mark is added to
// what is there, and the report that is written last repeats them all. Should the process end
// between the two, the chain has the mark and the next reader lays it over the report. A mark is
// saved once it is in the chain, and what fails from then on is told beside it: who marks must not
// do so twice.
//
// A grading that finds no marks holds no lock, so the report may be replaced while a first mark is
// made. The mark is laid over the one that is there by then, never over the one that was read
// before, and stands or is reopened there; over one that comes later still, the next reader lays
// it.
//
// In: a result folder and a decision. Out: the mark as saved. One thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/marks/decision.h"
#include "harness/marks/walk.h"
#include "harness/run/results.h"

namespace assay::run {

/// `seen` is graded_sha256() of the report that the person looked at: where it is another by now
/// nothing is saved. Empty: whatever is there.
Result<marks::SavedMark> save_mark(const ResultFolder& result, const marks::Decision& decision,
                                   const marks::Marker& marker, const std::string& seen);

/// The second half of it: lays `marks`, a chain that the caller holds locked, over the report that
/// lies there now, and brings it to the other formats and the summary. `marked` is graded_sha256()
/// of the report that the last of them was made on. What could not be done, and whether it is
/// another report by now, a sentence each.
std::vector<std::string> renew_with_marks(const ResultFolder& result,
                                          const std::vector<model::Mark>& marks,
                                          const std::string& marked);

/// UTC, by the host's clock.
std::string time_of_marking();

}  // namespace assay::run
