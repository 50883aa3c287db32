#pragma once

// Changes a JSON document in one or a few places and leaves it a document, so that what lies behind
// a parser is reached as well.
//
// In: any JSON. Out: JSON of the same making, with a value put in another's place, a key left out,
// doubled or renamed, a list grown. One thread.

#include "harness/model/json.h"
#include "tests/fuzz/mutator.h"

namespace assay::fuzz {

/// `deepest`: nothing is nested deeper by this than so many levels.
void change_json(Json& document, Random& random, int deepest);

}  // namespace assay::fuzz
