#pragma once

// summary.html: what a run of `assay grade` came to, in one file that needs nothing else and runs
// nothing. Who needs attention stands first; nothing is ranked.
//
// In: a summary as summarise() gives it. Out: the whole document; its links lead to the reports
// beside it. A submission takes a bounded number of bytes, so that a page of thousands of them
// opens. Pure function, on any thread.

#include <string>

#include "harness/model/json.h"

namespace assay::report {

std::string render_summary_html(const Json& summary);

}  // namespace assay::report
