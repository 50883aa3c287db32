#pragma once

// The verdicts of one submission in a row of cells, one for each indicator, and the head above a
// column of such rows. Every tone has a sign of its own in the cell, and not only a colour.
//
// In: positions and tones. Out: drawings of kCell units a cell, with a gap between groups. Pure
// functions, on any thread; the bytes of a row are bounded by the number of its cells.

#include <optional>
#include <string_view>
#include <vector>

#include "harness/report/html/writer.h"
#include "harness/report/words.h"

namespace assay::report {

inline constexpr int kCell = 22;      ///< from one cell to the next
inline constexpr int kGroupGap = 12;  ///< more of it between two groups
inline constexpr int kHeadHeight = 150;

/// Where the cells of a map stand, from the left.
class HeatMapColumns {
 public:
  /// A cell for each entry; a new group begins where it differs from the one before.
  explicit HeatMapColumns(const std::vector<std::string>& groups);

  int x(std::size_t cell) const { return left_.at(cell); }
  std::size_t size() const { return left_.size(); }
  int width() const { return left_.empty() ? 0 : left_.back() + kCell; }

 private:
  std::vector<int> left_;
};

/// No tone: the submission has no such indicator, and its cell stays empty.
void write_heat_row(HtmlWriter& html, const HeatMapColumns& columns,
                    const std::vector<std::optional<Tone>>& tones, std::string_view words);

/// The names of the columns, each at an angle above its cells.
void write_heat_head(HtmlWriter& html, const HeatMapColumns& columns,
                     const std::vector<std::string>& names);

}  // namespace assay::report
