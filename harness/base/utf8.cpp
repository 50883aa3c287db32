#include "harness/base/utf8.h"

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr CodePoint kNotUtf8{kReplacementCharacter, 1};

/// U+FFFD itself takes three bytes.
bool is_well_formed(CodePoint point) {
  return point.value != kReplacementCharacter || point.length > 1;
}

struct Range {
  char32_t first, last;
};

/// Mostly Default_Ignorable_Code_Point of Unicode 15 (DerivedCoreProperties.txt), its separators,
/// and the pattern of Braille without a dot.
constexpr std::array kHidden = std::to_array<Range>({{0x00AD, 0x00AD},
                                                     {0x034F, 0x034F},
                                                     {0x061C, 0x061C},
                                                     {0x115F, 0x1160},
                                                     {0x17B4, 0x17B5},
                                                     {0x180B, 0x180F},
                                                     {0x200B, 0x200F},
                                                     {0x2028, 0x202E},
                                                     {0x2060, 0x206F},
                                                     {0x2800, 0x2800},
                                                     {0x3164, 0x3164},
                                                     {0xFEFF, 0xFEFF},
                                                     {0xFFA0, 0xFFA0},
                                                     {0xFFF0, 0xFFFB},
                                                     {0xE0000, 0xE0FFF}});

}  // namespace

CodePoint code_point_at(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  char32_t value = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kNotUtf8;
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<char32_t, 5> kLeastOfLength{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (first < 0xC0 || first > 0xF4 || value < kLeastOfLength[length] || value > 0x10FFFF ||
      surrogate)
    return kNotUtf8;
  return {value, length};
}

bool is_hidden(char32_t c) {
  return std::ranges::any_of(kHidden, [c](Range r) { return c >= r.first && c <= r.last; });
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint point = code_point_at(bytes, at);
    if (!is_well_formed(point)) return false;
    at += point.length;
  }
  return true;
}

std::string to_valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint point = code_point_at(bytes, at);
    if (is_well_formed(point))
      text.append(bytes, at, point.length);
    else
      text += "\uFFFD";
    at += point.length;
  }
  return text;
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

}  // namespace assay
