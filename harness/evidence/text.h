#pragma once

// Small operations on text that statuses and messages are compared by. Pure functions, on any
// thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::evidence {

/// Outer white space cut off, ASCII letters in lower case; other letters are left as they are.
/// Hidden characters are left out: two texts that look the same to a reader are to be the same.
std::string fold(std::string_view text);

/// `text` with every occurrence of `part` replaced by "#"; an empty part changes nothing.
std::string without(std::string text, std::string_view part);

/// At most `limit` bytes of `text`, cut between characters, with an ellipsis where cut.
std::string clip(std::string_view text, std::size_t limit);

/// Line breaks and other control characters as spaces.
std::string on_one_line(std::string text);

}  // namespace assay::evidence
