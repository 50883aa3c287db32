#pragma once

// A report or a summary read back from its file, checked so far that whoever renders it can rely on
// its shape.
//
// In: a path that the user named; the file may be anything. Out: Json that satisfies
// report.schema.json or summary.schema.json, or an input error that says what is wrong with it.

#include <cstddef>
#include <string>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::report {

/// More than a report of ours ever is: some fifty cases, each with all the output, requests and
/// value that it may have.
inline constexpr std::size_t kMaxReportBytes = 256 << 20;

Result<Json> read_report(const std::string& path);

/// Of up to 20'000 submissions.
inline constexpr std::size_t kMaxSummaryBytes = 256 << 20;

/// One that summarise() could have made, as entries_of() needs it.
Result<Json> read_summary(const std::string& path);

}  // namespace assay::report
