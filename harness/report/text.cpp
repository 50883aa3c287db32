#include "harness/report/text.h"

#include <locale.h>
#include <wchar.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "harness/base/utf8.h"

namespace assay::report {
namespace {

/// The locale that wcwidth(3) reads widths from, made once and never freed. Where the C library has
/// no C.UTF-8 it is null, and every character counts as one column.
locale_t utf8_locale() {
  static const locale_t kLocale = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
  return kLocale;
}

/// Makes it the calling thread's locale for as long as it lives; uselocale(3) takes null for "as it
/// is".
class Utf8Locale {
 public:
  Utf8Locale() : before_(::uselocale(utf8_locale())) {}
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  ~Utf8Locale() { ::uselocale(before_); }

 private:
  locale_t before_;
};

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;  // visible() leaves no control characters
  const int width = ::wcwidth(static_cast<wchar_t>(c));
  return width < 0 ? 1 : static_cast<std::size_t>(width);
}

void append_utf8(std::string& out, char32_t c) {
  // Only for the pictures of control characters, which all take three bytes.
  out += static_cast<char>(0xE0 | (c >> 12));
  out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  out += static_cast<char>(0x80 | (c & 0x3F));
}

void append_named(std::string& out, char32_t c) {
  std::array<char, 24> name;
  const int n = std::snprintf(name.data(), name.size(), "⟨U+%04X⟩", static_cast<unsigned>(c));
  out.append(name.data(), static_cast<std::size_t>(n));
}

/// Bytes of `text` that fit `width` columns, whole code points only.
std::size_t prefix(std::string_view text, std::size_t width) {
  std::size_t columns = 0, at = 0;
  while (at < text.size()) {
    const CodePoint c = code_point_at(text, at);
    columns += width_of(c.value);
    if (columns > width) break;
    at += c.length;
  }
  return at;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    if (c.value == '\t') {
      out += "    ";
    } else if (c.value < 0x20) {
      append_utf8(out, 0x2400 + c.value);
    } else if (c.value == 0x7F) {
      append_utf8(out, 0x2421);
    } else if ((c.value >= 0x80 && c.value < 0xA0) || is_hidden(c.value)) {
      append_named(out, c.value);
    } else if (c.value == kReplacementCharacter) {
      out += "\uFFFD";  // bytes that are not UTF-8, too
    } else {
      out.append(text, at, c.length);
    }
    at += c.length;
  }
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    const bool two = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (two ? 2 : 1));
  }
  return lines;
}

std::size_t display_width(std::string_view text) {
  const Utf8Locale locale;
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    columns += width_of(c.value);
    at += c.length;
  }
  return columns;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  const Utf8Locale locale;
  std::vector<std::string> lines;
  while (true) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.empty()) break;
    // A character wider than the line takes a line of its own, or nothing would ever move.
    std::size_t end = std::max(prefix(text, width), code_point_at(text, 0).length);
    if (end < text.size() && text[end] != ' ')
      if (const std::size_t space = text.rfind(' ', end); space != std::string_view::npos)
        end = space;
    std::string_view line = text.substr(0, end);
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(end);
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

std::string cut(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const Utf8Locale locale;
  return std::string(text.substr(0, prefix(text, width - 1))) + "…";
}

std::string fit(std::string_view text, std::size_t width) {
  std::string cell = cut(text, width);
  cell.append(width - display_width(cell), ' ');
  return cell;
}

std::string seconds(std::int64_t microseconds) {
  const std::int64_t ms = microseconds / 1000;
  std::array<char, 48> text;
  const int n = std::snprintf(text.data(), text.size(), "%lld.%03lld s",
                              static_cast<long long>(ms / 1000), static_cast<long long>(ms % 1000));
  return std::string(text.data(), static_cast<std::size_t>(n));
}

std::string brief_seconds(std::int64_t microseconds) {
  std::string text = seconds(microseconds);
  text.resize(text.find_last_not_of("0", text.size() - 3) + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

std::string right(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + std::string(text);
}

}  // namespace assay::report
