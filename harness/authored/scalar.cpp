#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "harness/authored/yaml.h"

namespace assay {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (text == word) return true;
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes leading digits off `text` and says how many there were.
std::size_t take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  text.remove_prefix(n);
  return n;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_float(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const std::size_t whole = take_digits(text);
  std::size_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole + fraction == 0) return false;
  if (!text.empty() && (text[0] == 'e' || text[0] == 'E')) {
    text.remove_prefix(1);
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    if (take_digits(text) == 0) return false;
  }
  return text.empty();
}

bool looks_like_int(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return take_digits(text) > 0 && text.empty();
}

PlainScalar integer(std::string_view digits, int base, const std::string& text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
    return {nullptr, "the integer " + text + " does not fit 64 bits; quote it to keep it as text"};
  return {value, {}};
}

}  // namespace

PlainScalar type_plain_scalar(const std::string& text) {
  if (one_of(text, {"", "~", "null", "Null", "NULL"})) return {nullptr, {}};
  if (one_of(text, {"true", "True", "TRUE"})) return {true, {}};
  if (one_of(text, {"false", "False", "FALSE"})) return {false, {}};
  std::string_view rest = text;
  if (looks_like_int(rest)) {
    if (rest[0] == '+') rest.remove_prefix(1);
    return integer(rest, 10, text);
  }
  const auto all_in = [&](std::string_view set) {
    return rest.size() > 2 && rest.find_first_not_of(set, 2) == std::string_view::npos;
  };
  if (rest.starts_with("0o") && all_in("01234567")) return integer(rest.substr(2), 8, text);
  if (rest.starts_with("0x") && all_in("0123456789abcdefABCDEF"))
    return integer(rest.substr(2), 16, text);
  std::string_view unsigned_text = rest;
  if (unsigned_text[0] == '-' || unsigned_text[0] == '+') unsigned_text.remove_prefix(1);
  if (one_of(unsigned_text, {".inf", ".Inf", ".INF"}) || one_of(rest, {".nan", ".NaN", ".NAN"}))
    return {nullptr, "JSON has no number " + text + "; quote it to keep it as text"};
  if (looks_like_float(rest)) {
    if (rest[0] == '+') rest.remove_prefix(1);
    double value = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (parsed.ec != std::errc() || !std::isfinite(value))
      return {nullptr, "the number " + text + " is out of range; quote it to keep it as text"};
    return {value, {}};
  }
  return {text, {}};
}

}  // namespace assay
