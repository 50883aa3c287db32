#include "harness/evidence/numbers.h"

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "harness/base/utf8.h"

namespace assay::evidence {
namespace {

/// A longer run of digits is no count.
constexpr std::size_t kMaxDigits = 18;

/// Zeros of the scripts that people write decimal numbers in (Unicode category Nd).
constexpr std::array<char32_t, 8> kZeros = {U'0',      U'\u0660', U'\u06F0', U'\u0966',
                                            U'\u09E6', U'\u0E50', U'\u0BE6', U'\uFF10'};
constexpr std::array<char32_t, 12> kSeparators = {U',',      U'.',      U'\'',     U'_',
                                                  U' ',      U'\u00A0', U'\u2009', U'\u202F',
                                                  U'\u2007', U'\u2019', U'\u066C', U'\uFF0C'};

std::vector<char32_t> decode(std::string_view text) {
  std::vector<char32_t> points;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    points.push_back(point.value);
    at += point.length;
  }
  return points;
}

std::optional<char> digit(char32_t point) {
  for (const char32_t zero : kZeros)
    if (point >= zero && point < zero + 10) return static_cast<char>('0' + (point - zero));
  return std::nullopt;
}

bool is_separator(char32_t point) {
  for (const char32_t separator : kSeparators)
    if (point == separator) return true;
  return false;
}

struct Run {
  std::string digits;
  std::size_t begin = 0, end = 0;
};

std::vector<Run> runs_of(const std::vector<char32_t>& points) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto d = digit(points[i]);
    if (!d) continue;
    if (runs.empty() || runs.back().end != i) runs.push_back({"", i, i});
    runs.back().digits += *d;
    runs.back().end = i + 1;
  }
  return runs;
}

void insert(std::set<std::int64_t>& numbers, const std::string& digits) {
  if (digits.size() > kMaxDigits) return;
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  numbers.insert(value);
}

}  // namespace

std::set<std::int64_t> numbers_in(std::string_view text) {
  const auto points = decode(text);
  const auto runs = runs_of(points);
  std::set<std::int64_t> numbers;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    insert(numbers, runs[i].digits);
    // Groups that follow: one separator, always the same, and 2 to 4 digits (thousands, lakhs,
    // myriads).
    std::string joined = runs[i].digits;
    char32_t used = 0;
    for (std::size_t k = i + 1; k < runs.size() && joined.size() <= kMaxDigits; ++k) {
      const std::size_t at = runs[k - 1].end;
      const std::size_t size = runs[k].digits.size();
      if (runs[k].begin != at + 1 || !is_separator(points[at]) || size < 2 || size > 4) break;
      if (used != 0 && points[at] != used) break;
      used = points[at];
      joined += runs[k].digits;
      insert(numbers, joined);
    }
  }
  return numbers;
}

bool tells_date(std::string_view text, std::string_view iso_date) {
  if (text.find(iso_date) != std::string_view::npos) return true;
  if (iso_date.size() != 10) return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    std::int64_t value = -1;
    std::from_chars(iso_date.data() + at, iso_date.data() + at + size, value);
    return value;
  };
  const std::int64_t year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const auto numbers = numbers_in(text);
  // The month may be a word; "20260313" is one number.
  return (numbers.contains(year) && numbers.contains(day)) ||
         numbers.contains(year * 10000 + month * 100 + day);
}

}  // namespace assay::evidence
