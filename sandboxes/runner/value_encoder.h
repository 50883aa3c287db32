#pragma once

// A Python value of the candidate's as JSON of the shapes that harness/model/value.h names.
//
// In: any object; the GIL. Out: JSON of at most model::kMaxValueDepth levels whose flat encoding is
// about `limit_bytes` at most. Nothing that a class can redefine is asked where the interpreter
// itself knows the answer: a dict subclass is read by PyDict_Next, an Enum and a dataclass from the
// instance's dictionary. Two things have to run the candidate's code: the items of a Mapping and a
// repr. Whatever these raise ends up as a cut or an empty repr.

#include <cstddef>

#include "harness/model/json.h"

struct _object;

namespace assay::sandbox::runner {

Json encode_value(_object* value, std::size_t limit_bytes);

}  // namespace assay::sandbox::runner
