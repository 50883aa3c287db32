#pragma once

// Names in a row. In: names. Out: "a, b, c". Pure.

#include <limits>
#include <string>
#include <vector>

namespace assay::report {

/// "a, b, c"; of more than `most` and one "a, b and 3 more".
inline std::string joined(const std::vector<std::string>& names,
                          std::size_t most = std::numeric_limits<std::size_t>::max() - 1) {
  std::string text;
  const std::size_t shown = names.size() <= most + 1 ? names.size() : most;
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace assay::report
