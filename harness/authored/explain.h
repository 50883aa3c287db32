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

/// The word of `known` that `word` is most likely meant to be; empty where none is near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace assay
