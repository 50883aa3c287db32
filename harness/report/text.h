#pragma once

// Text as a reader sees it: what a candidate wrote is made harmless here, before any format lays it
// out.
//
// In and out: UTF-8; bytes that are not read U+FFFD. Pure functions, on any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::report {

/// `text` with every character that a terminal or a browser would obey, hide or reorder by replaced
/// by a mark that shows it: "␛" for escape, "␀" for NUL, "⟨U+202E⟩" for a bidirectional override.
/// Tabs are spaces. What comes out is one line: a line break is "␊".
std::string visible(std::string_view text);

/// Lines of `text` as Python counts those of a source file: "\n", "\r\n" and "\r" end one. A last
/// line end starts no further line.
std::vector<std::string_view> lines_of(std::string_view text);

/// Columns that visible text takes on a terminal: two for a wide character, none for a combining
/// one.
std::size_t display_width(std::string_view text);

/// Visible text in lines of at most `width` columns, broken at spaces where there are any.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Visible text in exactly `width` columns: cut with "…" or filled with spaces.
std::string fit(std::string_view text, std::size_t width);
/// As fit, without the filling.
std::string cut(std::string_view text, std::size_t width);

/// "1.250 s"
std::string seconds(std::int64_t microseconds);
/// The same without zeros that say nothing: "1.25 s", "7 s", "0 s"
std::string brief_seconds(std::int64_t microseconds);

/// ASCII behind so many spaces that both take `width` columns, where it is no longer than that.
std::string right(std::string_view text, std::size_t width);

}  // namespace assay::report
