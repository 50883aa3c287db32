#pragma once

// Words for a value that does not fit its schema.
//
// A JSON Schema validator reports "failed to match enum" and the like; an author needs the value,
// the choices and the nearest of them. explain() walks value and schema side by side for that. It
// knows the keywords that Assay's schemas use and follows $ref within the document. It never
// decides whether a value fits: it is asked only where the validator said no.

#include <vector>

#include "harness/authored/schema.h"
#include "harness/model/json.h"

namespace assay {

/// `root` is the whole schema document, which local references start from.
std::vector<Finding> explain(const Json& root, const Json& value);

}  // namespace assay
