#include "mock_warehouse/bigquery/types.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace assay::warehouse::bigquery {
namespace {

// The API's older names, which its answers keep to.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kApiNames = {
    {{"INT64", "INTEGER"}, {"FLOAT64", "FLOAT"}, {"BOOL", "BOOLEAN"}, {"STRUCT", "RECORD"}}};

std::string api_name(std::string_view type) {
  const auto found =
      std::ranges::find(kApiNames, type, [](const auto& pair) { return pair.first; });
  return std::string(found == kApiNames.end() ? type : found->second);
}

/// Reads a type from the front of a text. A type nests no deeper than the query that it comes from.
class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}

  Type read() {
    if (skip("ARRAY<")) {
      Type type = read();
      type.repeated = true;
      skip(">");
      return type;
    }
    if (skip("STRUCT<")) return read_struct();
    Type type;
    const std::size_t end = std::min(text_.find_first_of(",>"), text_.size());
    type.name = text_.substr(0, end);
    text_.remove_prefix(end);
    return type;
  }

 private:
  bool skip(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  Type read_struct() {
    Type type;
    type.name = "STRUCT";
    while (!text_.empty() && !skip(">")) {
      skip(", ");
      const std::size_t blank = std::min(text_.find(' '), text_.size());
      std::string name(text_.substr(0, blank));
      text_.remove_prefix(std::min(blank + 1, text_.size()));
      type.fields.emplace_back(std::move(name), read());
    }
    return type;
  }

  std::string_view text_;
};

/// Microseconds of "2026-03-13T02:10:00.5Z", as the engine writes it.
std::int64_t micros_of(const std::string& text) {
  int hours = 0, minutes = 0, seconds = 0;
  std::sscanf(text.c_str() + std::min<std::size_t>(11, text.size()), "%2d:%2d:%2d", &hours,
              &minutes, &seconds);
  std::int64_t micros = ((hours * 60 + minutes) * 60 + seconds) * kMicrosPerSecond;
  const std::size_t point = text.find('.');
  std::int64_t unit = kMicrosPerSecond / 10;
  for (std::size_t i = point + 1; point != std::string::npos && unit > 0 && i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') break;
    micros += (text[i] - '0') * unit;
    unit /= 10;
  }
  return days_of(text) * kMicrosPerDay + micros;
}

std::string time_text(std::int64_t micros) {
  const std::int64_t in_day = (micros % kMicrosPerDay + kMicrosPerDay) % kMicrosPerDay;
  char text[40];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d",
                static_cast<int>(in_day / (3600 * kMicrosPerSecond)),
                static_cast<int>(in_day / (60 * kMicrosPerSecond) % 60),
                static_cast<int>(in_day / kMicrosPerSecond % 60));
  std::string result = iso_date_of((micros - in_day) / kMicrosPerDay) + text;
  if (in_day % kMicrosPerSecond != 0) {
    std::snprintf(text, sizeof text, ".%06d", static_cast<int>(in_day % kMicrosPerSecond));
    result += text;
  }
  return result;
}

/// NUMERIC from its units, without trailing zeros.
std::string numeric_text(std::int64_t units) {
  char text[40];
  std::snprintf(text, sizeof text, "%s%lld.%09lld", units < 0 ? "-" : "",
                std::llabs(units / kNumericUnits), std::llabs(units % kNumericUnits));
  std::string result = text;
  while (result.back() == '0') result.pop_back();
  if (result.back() == '.') result.pop_back();
  return result;
}

Json record_value(const Type& type, const Json& value, TimestampForm timestamps) {
  Json cells = Json::array();
  for (const auto& [name, field] : type.fields) {
    const Json own = value.is_object() ? value.value(name, Json()) : Json();
    cells.push_back({{"v", field_value(field, own, timestamps)}});
  }
  return {{"f", std::move(cells)}};
}

}  // namespace

Type type_from(std::string_view text) { return TypeReader(text).read(); }

Json field_schema(const std::string& name, const Type& type, bool required) {
  Json json;
  json["name"] = name;
  json["type"] = api_name(type.name);
  json["mode"] = type.repeated ? "REPEATED" : required ? "REQUIRED" : "NULLABLE";
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const std::string& field = type.fields[i].first;
    // The service's name for a field that has none.
    json["fields"].push_back(field_schema(field.empty() ? "_field_" + std::to_string(i + 1) : field,
                                          type.fields[i].second));
  }
  return json;
}

Json field_value(const Type& type, const Json& value, TimestampForm timestamps) {
  if (type.repeated) {
    Type element = type;
    element.repeated = false;
    Json items = Json::array();
    // An array that is NULL is told as an empty one.
    if (value.is_array())
      for (const Json& item : value)
        items.push_back({{"v", field_value(element, item, timestamps)}});
    return items;
  }
  if (value.is_null()) return nullptr;
  if (type.name == "STRUCT") return record_value(type, value, timestamps);
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return dump_json(value);
  if (value.is_number()) return float_text(value.get<double>());
  const auto text = value.is_string() ? value.get<std::string>() : dump_json(value);
  if (type.name == "TIMESTAMP") return timestamp_text(micros_of(text), timestamps);
  return text;
}

Json cell_value(SqlType type, const Cell& cell, TimestampForm timestamps) {
  if (cell.null) return nullptr;
  switch (type) {
    case SqlType::kInt64:
      return std::to_string(cell.number);
    case SqlType::kFloat64:
      return float_text(cell.real);
    case SqlType::kNumeric:
      return numeric_text(cell.number);
    case SqlType::kBool:
      return cell.number != 0 ? "true" : "false";
    case SqlType::kString:
      return cell.text;
    case SqlType::kDate:
      return iso_date_of(cell.number);
    case SqlType::kDatetime:
      return time_text(cell.number);
    case SqlType::kTimestamp:
      return timestamp_text(cell.number, timestamps);
  }
  ASSAY_ASSERT(false, "a type without a form");
}

std::string float_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::array<char, 40> digits;
  // Digits alone go to fixed notation from a thousandth to ten millions, as Java's Double.toString.
  const double size = std::abs(value);
  const bool fixed = size == 0 || (size >= 1e-3 && size < 1e7);
  const auto end = std::to_chars(digits.begin(), digits.end(), value,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(digits.begin(), end.ptr);
  if (fixed) return text.find('.') == std::string::npos ? text + ".0" : text;
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  return mantissa + "E" + std::to_string(std::atoi(text.c_str() + e + 1));
}

std::string timestamp_text(std::int64_t micros, TimestampForm form) {
  if (form == TimestampForm::kMicros) return std::to_string(micros);
  if (form == TimestampForm::kIso) return time_text(micros) + "Z";
  return float_text(static_cast<double>(micros) / static_cast<double>(kMicrosPerSecond));
}

}  // namespace assay::warehouse::bigquery
