#pragma once

// One case of a report for reading in a terminal: `assay show REPORT CASE`.
//
// In: a report's Json, as of format.h. Out: the page, or an error where there is no such case.

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/report/format.h"

namespace assay::report {

Result<std::string> render_case(const Json& report, std::string_view case_id,
                                const RenderOptions& options);

}  // namespace assay::report
