#pragma once

// Submissions under references in the place of names, for a grading that nobody can tell by whom.
//
// Names of submissions become references made from their files; header comments are emptied line by
// line (report/blind.h); paths of files that were refused become numbers, and so do those of
// further files that hold a word of the submission's name, as long as no code speaks of them. Which
// reference is whose, with the ids of an applicant system, goes into a file apart from the reports,
// readable by its owner alone. What a candidate's code itself says, prints or imports stays: it
// would not run without.
//
// In: what was taken in. Out: the same, blind. One thread.

#include <string>

#include "harness/base/result.h"
#include "harness/model/plan.h"
#include "harness/run/intake.h"

namespace assay::run {

/// Where the references of the output folder `out` are kept: beside it, never in it.
std::string candidates_file_of(const std::string& out);

/// `candidates_file` is added to where it exists; an error where it would lie in `out`, or is none
/// of ours. Files that are the starter's own or the draft's are left as they are.
Status make_blind(Intake& intake, const model::Plan& plan, const std::string& out,
                  const std::string& candidates_file);

}  // namespace assay::run
