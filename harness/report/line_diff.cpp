#include "harness/report/line_diff.h"

#include <algorithm>
#include <map>

namespace assay::report {
namespace {

/// A line by number, so that lines compare in one step however long they are.
using Lines = std::vector<std::size_t>;

/// For each line of the first text that stays, its line in the second.
using Kept = std::vector<std::pair<std::size_t, std::size_t>>;

/// Myers' O(ND) algorithm: furthest_[d] holds, for each diagonal, how far d edits lead.
class ShortestEdit {
 public:
  ShortestEdit(const Lines& a, const Lines& b) : a_(a), b_(b) {}

  /// Empty where it takes more than kMaxEdits.
  std::optional<Kept> find() {
    const std::size_t most = std::min(a_.size() + b_.size(), kMaxEdits);
    for (std::size_t d = 0; d <= most; ++d) {
      furthest_.emplace_back(2 * d + 1);
      if (advance(static_cast<long>(d))) return walk_back();
    }
    return {};
  }

 private:
  long& at(long d, long diagonal) {
    return furthest_[static_cast<std::size_t>(d)][static_cast<std::size_t>(diagonal + d)];
  }

  /// Whether the better way to the diagonal comes from above, by a line of `b` alone.
  bool comes_down(long d, long diagonal) {
    return diagonal == -d || (diagonal != d && at(d - 1, diagonal - 1) < at(d - 1, diagonal + 1));
  }

  long start_of(long d, long diagonal) {
    if (d == 0) return 0;
    return comes_down(d, diagonal) ? at(d - 1, diagonal + 1) : at(d - 1, diagonal - 1) + 1;
  }

  /// Whether d edits reach the end of both.
  bool advance(long d) {
    const long a_size = static_cast<long>(a_.size()), b_size = static_cast<long>(b_.size());
    for (long diagonal = -d; diagonal <= d; diagonal += 2) {
      long x = start_of(d, diagonal);
      while (x < a_size && x - diagonal < b_size && x - diagonal >= 0 &&
             a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(x - diagonal)])
        ++x;
      at(d, diagonal) = x;
      if (x >= a_size && x - diagonal >= b_size) return true;
    }
    return false;
  }

  Kept walk_back() {
    Kept kept;
    long diagonal = static_cast<long>(a_.size()) - static_cast<long>(b_.size());
    long x = static_cast<long>(a_.size());
    for (long d = static_cast<long>(furthest_.size()) - 1; d >= 0; --d) {
      const long start = start_of(d, diagonal);
      for (; x > start; --x)
        kept.emplace_back(static_cast<std::size_t>(x - 1),
                          static_cast<std::size_t>(x - 1 - diagonal));
      if (d == 0) break;
      const bool down = comes_down(d, diagonal);
      diagonal += down ? 1 : -1;
      x = at(d - 1, diagonal);
    }
    std::ranges::reverse(kept);
    return kept;
  }

  const Lines& a_;
  const Lines& b_;
  std::vector<std::vector<long>> furthest_;
};

/// Without blank lines that stay alone: such a one would part what changed around it, and push the
/// two sides away from one another.
Kept without_lone_blanks(const Kept& kept, const std::vector<bool>& blank) {
  Kept left;
  for (std::size_t i = 0; i < kept.size();) {
    std::size_t end = i + 1;
    while (end < kept.size() && kept[end].first == kept[end - 1].first + 1 &&
           kept[end].second == kept[end - 1].second + 1)
      ++end;
    bool all_blank = true;
    for (std::size_t n = i; n < end; ++n) all_blank = all_blank && blank[kept[n].first];
    for (; i < end; ++i)
      if (!all_blank) left.push_back(kept[i]);
  }
  return left;
}

/// Lines of the first text from `a` to `a_end` and of the second from `b` to `b_end`, none of which
/// stays: those of one row were not made of one another, they only stand there together.
void add_changed(std::vector<DiffRow>& rows, std::size_t a, std::size_t a_end, std::size_t b,
                 std::size_t b_end) {
  while (a < a_end || b < b_end) {
    DiffRow row;
    if (a < a_end) row.left = a++;
    if (b < b_end) row.right = b++;
    rows.push_back(row);
  }
}

}  // namespace

std::vector<DiffRow> diff_lines(const std::vector<std::string_view>& left,
                                const std::vector<std::string_view>& right) {
  std::size_t head = 0;
  const std::size_t least = std::min(left.size(), right.size());
  while (head < least && left[head] == right[head]) ++head;
  std::size_t tail = 0;
  while (tail < least - head && left[left.size() - 1 - tail] == right[right.size() - 1 - tail])
    ++tail;

  std::map<std::string_view, std::size_t> numbers;
  const auto middle_of = [&](const std::vector<std::string_view>& lines) {
    Lines middle;
    for (std::size_t i = head; i < lines.size() - tail; ++i)
      middle.push_back(numbers.emplace(lines[i], numbers.size()).first->second);
    return middle;
  };
  const Lines a = middle_of(left), b = middle_of(right);
  std::vector<bool> blank;
  for (std::size_t i = head; i < left.size() - tail; ++i)
    blank.push_back(left[i].find_first_not_of(" \t\f") == std::string_view::npos);
  const Kept kept = without_lone_blanks(ShortestEdit(a, b).find().value_or(Kept()), blank);

  std::vector<DiffRow> rows;
  for (std::size_t i = 0; i < head; ++i) rows.push_back({i, i, true});
  std::size_t x = head, y = head;
  for (const auto& [in_a, in_b] : kept) {
    add_changed(rows, x, head + in_a, y, head + in_b);
    rows.push_back({head + in_a, head + in_b, true});
    x = head + in_a + 1;
    y = head + in_b + 1;
  }
  add_changed(rows, x, left.size() - tail, y, right.size() - tail);
  // Where blank lines no longer hold the sides together, two may meet all the same.
  for (DiffRow& row : rows)
    row.same = row.left && row.right && left[*row.left] == right[*row.right];
  for (std::size_t i = tail; i > 0; --i) rows.push_back({left.size() - i, right.size() - i, true});
  return rows;
}

}  // namespace assay::report
