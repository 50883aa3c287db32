#pragma once

// A Python exception as the result tells it: type chain, message, the candidate's lines, and whose
// frame raised. In: an exception object; the GIL. Out: bounded JSON as of candidate.h.

#include "harness/model/json.h"

struct _object;

namespace assay::sandbox::runner {

Json encode_exception(_object* exception, bool during_import);

/// An exception that Assay itself makes up, such as "assay.EntryPointMissing".
Json made_up_exception(const std::string& type, const std::string& message, bool during_import);

/// The exit code that Python would leave with for a SystemExit: its code where that is an int, 0
/// for None, 1 for anything else.
int exit_code_of(_object* system_exit);

}  // namespace assay::sandbox::runner
