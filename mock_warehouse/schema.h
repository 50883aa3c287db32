#pragma once

// The shape of worlds and scripts. The one source: schemas/world.schema.json,
// schemas/rule.schema.json for a rule's frame, and the `parameters` of each fault.
// schemas/script.schema.json is put together from the last two; it is published as a file for
// editors, and a test keeps the two the same.

#include <string_view>

#include <string>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::warehouse {

/// JSON Schema (draft 7) of model::Case::world.
std::string_view world_schema_text();
/// The frame that scripts are put together in; `common` is what every step may have.
std::string_view rule_schema_text();
/// JSON Schema (draft 7) of model::Case::script, with every fault there is.
const std::string& script_schema_text();

/// Whether a script fits the schema, and its faults go together. Places are JSON pointers below
/// `root`.
Status check_script(const Json& script, const std::string& root);

}  // namespace assay::warehouse
