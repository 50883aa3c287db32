#pragma once

// UTF-8 as RFC 3629 has it: shortest forms, no surrogates, nothing above U+10FFFF. Nobody else
// takes bytes apart.
//
// In: bytes, whoever they are from. Out: code points, or text that is valid. Pure functions, on any
// thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< in bytes
};

/// Stands for bytes that are not UTF-8.
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

/// The code point at `at`, which is below the size; U+FFFD and one byte where none is well formed.
CodePoint code_point_at(std::string_view bytes, std::size_t at);

/// Whether a code point has no picture of its own and changes how others are shown, or hides: soft
/// hyphen, Arabic and Mongolian format marks, zero-width characters, bidirectional controls, line
/// and paragraph separators, invisible operators, fillers, byte order mark, annotation marks, tags.
/// Variation selectors are none: they choose between two pictures.
bool is_hidden(char32_t c);

/// White space of Unicode (PropList.txt, White_Space), line ends among it.
bool is_space(char32_t c);

bool is_utf8(std::string_view bytes);

/// `bytes` with U+FFFD for each byte that is not part of a well-formed code point.
std::string to_valid_utf8(std::string_view bytes);

/// As much of valid UTF-8 as fits `limit` bytes, cut between code points.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

}  // namespace assay
