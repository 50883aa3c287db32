#pragma once

// What counts for each indicator of a report: the machine's verdict, or the mark that stands beside
// it.
//
// In: a report's Json. Out: views into it, or a copy. Pure, on any thread.

#include "harness/model/json.h"

namespace assay::report {

/// The mark that stands on an indicator; null where there is none.
const Json* standing_mark(const Json& report, const Json& indicator);

/// The indicator with the verdict that counts in the place of the machine's.
Json as_it_stands(const Json& report, const Json& indicator);

/// The terms of the overall rule, those that people decided as they did, which is then their
/// "because".
Json rule_as_it_stands(const Json& report);

}  // namespace assay::report
