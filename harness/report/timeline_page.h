#pragma once

// The requests of a case on a line of time, for reading in a terminal.
//
// In: requests as report.schema.json has them. Out: lines on a page. One thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/model/json.h"
#include "harness/report/terminal_page.h"

namespace assay::report {

/// Columns of a point in time: "   12.345 s".
inline constexpr std::size_t kTimeWidth = 12;

/// The time between, where it is long enough to be drawn: "┊ 2.000 s without a request".
void write_gap(TerminalPage& page, std::int64_t gap_us, std::string_view what);

/// Every request, with the gaps between them. The time of the last thing that is drawn.
std::int64_t write_requests(TerminalPage& page, const Json& requests);

}  // namespace assay::report
