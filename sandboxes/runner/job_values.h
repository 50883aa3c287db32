#pragma once

// The values of a job as Python objects. In: JSON that the codec has decoded; the GIL. Out: new
// objects. Recurses as deep as the job, which the codec has bounded.

#include <string>

#include "harness/model/json.h"
#include "sandboxes/runner/python.h"

namespace assay::sandbox::runner {

/// Of a text or of bytes.
std::string bytes_of(const Json& value);

Ref to_python(const Json& value);

}  // namespace assay::sandbox::runner
