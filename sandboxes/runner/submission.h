#pragma once

// A job of kind "unpack" (candidate.h): an archive or a folder, taken apart to the files of a
// submission.
//
// The Python that does it is compiled in the process that needs it, and no warm image holds it.

#include "harness/model/json.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {

/// A dict as submission.py gives it. A null Ref, the exception set, where Python fails: a
/// MemoryError, say. Needs the GIL.
Ref take_apart(const Json& job);

}  // namespace assay::sandbox::runner
