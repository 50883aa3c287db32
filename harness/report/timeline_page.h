#pragma once

// The requests and waits of a case on a line of time, for reading in a terminal.
//
// In: both as report.schema.json has them; a journal has no waits. Out: lines on a page. One
// thread.

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

/// Every request and wait, with the gaps between them. The time of the last thing that is drawn.
std::int64_t write_moments(TerminalPage& page, const Json& requests, const Json& waits);

}  // namespace assay::report
