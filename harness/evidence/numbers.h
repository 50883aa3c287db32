#pragma once

// Numbers in a sentence, however a person writes them.
//
// In: text in any language. Out: the numbers that it may hold. Pure functions, on any thread.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace assay::evidence {

/// Every whole number that `text` can be read to hold: digits of any script, in groups that any one
/// of the usual separators parts (comma, point, apostrophe, underscore, spaces of all widths), as
/// well as each run of digits by itself. "1 500 of 2.000" holds 1500, 2000, 1, 500, 2 and 0.
std::set<std::int64_t> numbers_in(std::string_view text);

/// Whether a reader finds the day of "2026-03-13" in `text`, in whatever order it is written.
bool tells_date(std::string_view text, std::string_view iso_date);

}  // namespace assay::evidence
