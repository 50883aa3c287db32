#pragma once

// Two texts line by line, for standing side by side.
//
// In: the lines of each. Out: rows in order, which hold every line of both once. Pure function, on
// any thread. Time and memory are bounded whatever the texts are: beyond kMaxEdits what lies
// between the common beginning and end stands as changed as a whole. Blank lines count as staying
// only next to others that stay.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace assay::report {

/// Lines that may differ before no shortest way is looked for any more.
inline constexpr std::size_t kMaxEdits = 1'500;

struct DiffRow {
  std::optional<std::size_t> left;   ///< a line of the first text, from 0
  std::optional<std::size_t> right;  ///< a line of the second
  bool same = false;                 ///< both are there and equal
};

std::vector<DiffRow> diff_lines(const std::vector<std::string_view>& left,
                                const std::vector<std::string_view>& right);

}  // namespace assay::report
