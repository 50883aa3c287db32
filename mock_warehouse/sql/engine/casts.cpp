#include "mock_warehouse/sql/engine/casts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "mock_warehouse/columns.h"
#include "mock_warehouse/sql/engine/row_function.h"
#include "mock_warehouse/sql/engine/values.h"
#include "mock_warehouse/sql/functions.h"

namespace assay::warehouse::sql {
namespace {

/// The value stands in them once: nested calls would double what they hold otherwise.
constexpr std::array kMacros = {
    "CREATE MACRO google_to_text(v) AS "
    "list_transform([v], lambda x: google_text(typeof(x), CAST(x AS VARCHAR)))[1]",
    "CREATE MACRO google_to_int64(v) AS "
    "list_transform([v], lambda x: google_int64(typeof(x), CAST(x AS VARCHAR)))[1]",
    "CREATE MACRO google_safe_to_int64(v) AS "
    "list_transform([v], lambda x: google_safe_int64(typeof(x), CAST(x AS VARCHAR)))[1]",
};

bool is_decimal(std::string_view type) { return type.starts_with("DECIMAL"); }
bool is_real(std::string_view type) { return type == "DOUBLE" || type == "FLOAT"; }
bool is_integer(std::string_view type) {
  return type == "BIGINT" || type == "INTEGER" || type == "HUGEINT" || type == "SMALLINT" ||
         type == "TINYINT" || type == "UBIGINT" || type == "UINTEGER";
}

double real_of(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

/// 15 digits where they are enough to read the same value again, else 17.
std::string real_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (value == 0) return "0";
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  if (real_of(text) != value) std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// Of a value in the engine's text.
std::optional<std::string> text_cast(std::string& error, std::string_view type,
                                     std::string_view text) {
  std::string result(text);
  if (type == "BLOB") error = "Unsupported: CAST of BYTES AS STRING";
  if (is_real(type)) result = real_text(real_of(text));
  if (is_decimal(type) && result.find('.') != std::string::npos) {
    result.erase(result.find_last_not_of('0') + 1);
    if (result.ends_with('.')) result.pop_back();
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\f\v";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

/// Digits with a sign, or 0x and such digits.
std::optional<std::int64_t> integer_of(std::string_view text) {
  text = trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.remove_prefix(2);
  std::string digits(negative ? "-" : "");
  digits += text;
  if (text.empty() || text[0] == '-' || text[0] == '+') return std::nullopt;
  std::int64_t value = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// Halfway away from zero.
std::optional<std::int64_t> rounded(double value) {
  constexpr double kEnd = 9223372036854775808.0;
  const double whole = std::round(value);
  if (!(whole >= -kEnd && whole < kEnd)) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

std::optional<std::int64_t> rounded_decimal(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const bool up = point + 1 < text.size() && text[point + 1] >= '5';
  const std::string_view whole = text.substr(0, point);
  auto value = integer_of(whole);
  if (!value || !up) return value;
  if (__builtin_add_overflow(*value, text.starts_with('-') ? -1 : 1, &*value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> integer_cast(std::string& error, std::string_view type,
                                         std::string_view text) {
  if (type == "BOOLEAN") return text == "true" ? 1 : 0;
  std::optional<std::int64_t> value;
  if (is_real(type)) {
    value = rounded(real_of(text));
  } else if (is_decimal(type)) {
    value = rounded_decimal(text);
  } else if (type == "VARCHAR" || is_integer(type)) {
    value = integer_of(text);
  } else {
    error = "Invalid cast from " + google_type(type) + " to INT64";
    return std::nullopt;
  }
  if (!value)
    error = (type == "VARCHAR" ? "Bad int64 value: " : "int64 out of range: ") + std::string(text);
  return value;
}

std::optional<std::int64_t> safe_integer_cast(std::string& error, std::string_view type,
                                              std::string_view text) {
  const auto value = integer_cast(error, type, text);
  if (!error.starts_with("Invalid cast")) error.clear();
  return value;
}

/// Where characters of a text begin, and its end.
std::vector<std::size_t> starts_of(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  starts.push_back(text.size());
  return starts;
}

/// From a position, the first being 1, and 0 too; negative ones are counted from the end.
std::optional<std::string> part_of_text(std::string& error, std::string_view text,
                                        std::int64_t position, std::int64_t length) {
  if (length < 0) error = "Third argument in SUBSTR() cannot be negative";
  if (length < 0) return std::nullopt;
  const std::vector<std::size_t> starts = starts_of(text);
  const auto count = static_cast<std::int64_t>(starts.size()) - 1;
  std::int64_t first = position > 0 ? position - 1 : position < 0 ? count + position : 0;
  first = std::clamp<std::int64_t>(position < -count ? 0 : first, 0, count);
  const std::int64_t last = length > count - first ? count : first + length;
  const std::size_t begin = starts[static_cast<std::size_t>(first)];
  return std::string(text.substr(begin, starts[static_cast<std::size_t>(last)] - begin));
}

std::optional<std::string> rest_of_text(std::string& error, std::string_view text,
                                        std::int64_t position) {
  return part_of_text(error, text, position, static_cast<std::int64_t>(text.size()));
}

/// Of characters, for the function that the first argument names.
std::optional<std::int64_t> count_of(std::string& error, std::string_view function,
                                     std::int64_t count) {
  if (count < 0) error = "Second argument in " + std::string(function) + "() cannot be negative";
  return count;
}

/// What is cast AS BOOL by the engine, which takes more texts.
std::optional<std::string> text_of_bool(std::string& error, std::string_view text) {
  if (is_text_of("BOOLEAN", text)) return std::string(text);
  error = "Bad bool value: " + std::string(text);
  return std::nullopt;
}
/// And AS a DATE, a DATETIME or a TIMESTAMP, whose name is told.
std::optional<std::string> text_of_day(std::string& error, std::string_view type,
                                       std::string_view text) {
  if (is_text_of("DATE", text)) return std::string(text);
  error = "Invalid " + std::string(type) + ": '" + std::string(text) + "'";
  return std::nullopt;
}
std::optional<std::string> text_of_day_or_null(std::string&, std::string_view,
                                               std::string_view text) {
  return is_text_of("DATE", text) ? std::optional(std::string(text)) : std::nullopt;
}
std::optional<std::string> text_of_bool_or_null(std::string&, std::string_view text) {
  return is_text_of("BOOLEAN", text) ? std::optional(std::string(text)) : std::nullopt;
}

template <class T>
std::optional<T> as_it_is(std::string&, T value) {
  return value;
}

/// For whom it is checked stands in the first argument, where a refusal reads it.
template <class T>
std::optional<T> checked(std::string&, std::string_view, T value) {
  return value;
}
std::optional<Datetime> begin_of_day(std::string&, std::string_view, Date date) {
  return Datetime{date.days * kMicrosPerDay};
}

}  // namespace

namespace {

/// Texts that are cast, if they have the form of the type; NULL for SAFE_CAST if not.
Status register_castable(duckdb_connection connection) {
  ASSAY_CHECK(FunctionSet("google_as_bool")
                  .add<text_of_bool>()
                  .add<as_it_is<bool>>()
                  .add<as_it_is<std::int64_t>>()
                  .enter(connection));
  ASSAY_CHECK(FunctionSet("google_as_bool_or_null")
                  .add<text_of_bool_or_null>()
                  .add<as_it_is<bool>>()
                  .add<as_it_is<std::int64_t>>()
                  .enter(connection));
  ASSAY_CHECK(FunctionSet("google_as_day").add<text_of_day>().enter(connection));
  return FunctionSet("google_as_day_or_null").add<text_of_day_or_null>().enter(connection);
}

}  // namespace

Status register_casts(duckdb_connection connection) {
  ASSAY_CHECK(FunctionSet("google_text").add<text_cast>().enter(connection));
  ASSAY_CHECK(FunctionSet("google_int64").add<integer_cast>().enter(connection));
  ASSAY_CHECK(FunctionSet("google_safe_int64").add<safe_integer_cast>().enter(connection));
  ASSAY_CHECK(
      FunctionSet("google_substr").add<part_of_text>().add<rest_of_text>().enter(connection));
  ASSAY_CHECK(FunctionSet("google_date").add<checked<Date>>().refuse_others().enter(connection));
  ASSAY_CHECK(FunctionSet("google_datetime")
                  .add<checked<Datetime>>()
                  .add<begin_of_day>()
                  .refuse_others()
                  .enter(connection));
  ASSAY_CHECK(
      FunctionSet("google_timestamp").add<checked<Timestamp>>().refuse_others().enter(connection));
  ASSAY_CHECK(FunctionSet("google_count").add<count_of>().enter(connection));
  ASSAY_CHECK(register_castable(connection));
  ASSAY_CHECK(FunctionSet("google_whole").add<as_it_is<std::int64_t>>().enter(connection));
  ASSAY_CHECK(FunctionSet("google_bool").add<as_it_is<bool>>().enter(connection));
  return define(connection, kMacros);
}

}  // namespace assay::warehouse::sql
