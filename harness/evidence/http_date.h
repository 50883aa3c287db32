#pragma once

// The HTTP-date of RFC 9110, section 5.6.7, as the mock warehouse writes it.
//
// In: the value of a header. Out: a time, or nothing where it is none. Pure, on any thread.

#include <optional>
#include <string_view>

#include "harness/base/time.h"

namespace assay::evidence {

/// "Sat, 14 Mar 2026 06:00:00 GMT". The name of the day is not held against the date.
std::optional<VirtualTime> parse_http_date(std::string_view text);

}  // namespace assay::evidence
