#pragma once

// What a person can choose from to put a fault in: every fault of the vocabulary, with the fields
// of a form for its parameters.
//
// In: the schema of scripts. Out: JSON for the control page:
//
//   {"faults": [{"name", "description", "for_connections", "fields": [
//      {"name", "description", "kind", "required", "choices"?, "min"?, "max"?}]}],
//    "operations": ["get_partition", …]}
//
// `kind` is integer, text, choice, yes_no, flag (there or not) or json. What is chosen is held
// against the schema itself, so what a form cannot say is said there. A pure function.

#include "harness/model/json.h"

namespace assay::serve {

Json fault_menu();

}  // namespace assay::serve
