#include "harness/report/line_diff.h"

#include <doctest/doctest.h>

#include <string>

namespace assay::report {
namespace {

using Lines = std::vector<std::string_view>;

/// "a|a" for a line that stayed, "a/b" for a changed row, with nothing where a side has no line.
std::string shown(const Lines& left, const Lines& right) {
  std::string text;
  for (const DiffRow& row : diff_lines(left, right)) {
    if (!text.empty()) text += ' ';
    if (row.left) text += left[*row.left];
    text += row.same ? '|' : '/';
    if (row.right) text += right[*row.right];
  }
  return text;
}

/// Every line of both, once and in order, and rows called the same are.
void check_whole(const Lines& left, const Lines& right) {
  std::size_t a = 0, b = 0;
  for (const DiffRow& row : diff_lines(left, right)) {
    if (row.left) CHECK_EQ(*row.left, a++);
    if (row.right) CHECK_EQ(*row.right, b++);
    if (row.same) CHECK_EQ(left[*row.left], right[*row.right]);
  }
  CHECK_EQ(a, left.size());
  CHECK_EQ(b, right.size());
}

TEST_CASE("what stayed stands side by side, what changed beside what took its place") {
  CHECK_EQ(shown({"a", "b", "c"}, {"a", "b", "c"}), "a|a b|b c|c");
  CHECK_EQ(shown({"a", "b", "c"}, {"a", "x", "c"}), "a|a b/x c|c");
  CHECK_EQ(shown({"a", "c"}, {"a", "b", "c"}), "a|a /b c|c");
  CHECK_EQ(shown({"a", "b", "c"}, {"a", "c"}), "a|a b/ c|c");
  CHECK_EQ(shown({"a", "b", "c", "d"}, {"b", "x", "d", "y"}), "a/ b|b c/x d|d /y");
  CHECK_EQ(shown({}, {"a"}), "/a");
  CHECK_EQ(shown({"a"}, {}), "a/");
  CHECK_EQ(shown({}, {}), "");
}

TEST_CASE("the fewest lines change") {
  // Of "a b c a b b a" to "c b a b a c", the example of Myers' paper: five edits, four lines stay.
  std::size_t same = 0;
  for (const DiffRow& row :
       diff_lines({"a", "b", "c", "a", "b", "b", "a"}, {"c", "b", "a", "b", "a", "c"}))
    same += row.same ? 1 : 0;
  CHECK_EQ(same, 4);
}

TEST_CASE("a blank line that stays alone does not part what changed around it") {
  CHECK_EQ(shown({"a", "", "b", "c"}, {"x", "", "y"}), "a/x | b/y c/");
  CHECK_EQ(shown({"a", "b", "", "c"}, {"x", "", "y"}), "a/x b/ /y c/");
  CHECK_EQ(shown({"a", "b", "", "c", "d"}, {"a", "x", "", "c", "e"}), "a|a b/x | c|c d/e");
}

TEST_CASE("no line is lost, whatever the texts") {
  unsigned state = 1;
  for (int round = 0; round < 300; ++round) {
    const auto text = [&state] {
      Lines lines;
      state = state * 1'103'515'245 + 12'345;
      for (unsigned n = (state >> 16) % 12; n > 0; --n) {
        state = state * 1'103'515'245 + 12'345;
        lines.push_back(std::string_view("abc").substr((state >> 16) % 3, 1));
      }
      return lines;
    };
    check_whole(text(), text());
  }
}

TEST_CASE("texts with nothing in common stand beside one another as a whole, within bounds") {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 8 * kMaxEdits; ++i) texts.push_back(std::to_string(i));
  const Lines left(texts.begin(), texts.begin() + static_cast<long>(texts.size() / 2));
  const Lines right(texts.begin() + static_cast<long>(texts.size() / 2), texts.end());
  check_whole(left, right);
  CHECK_EQ(diff_lines(left, right).size(), left.size());
}

}  // namespace
}  // namespace assay::report
