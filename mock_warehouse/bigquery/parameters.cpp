#include "mock_warehouse/bigquery/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <set>
#include <string_view>

#include "harness/base/ascii.h"
#include "harness/base/base64.h"
#include "harness/base/utf8.h"
#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/types.h"
#include "mock_warehouse/columns.h"

namespace assay::warehouse::bigquery {
namespace {

/// Of all parameters together: a record has all fields of its type, however few of them are given.
constexpr std::size_t kMaxValues = 100'000;

// Names that mean the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSynonyms = {
    {{"INTEGER", "INT64"},
     {"INT", "INT64"},
     {"BIGINT", "INT64"},
     {"FLOAT", "FLOAT64"},
     {"BOOLEAN", "BOOL"},
     {"DECIMAL", "NUMERIC"},
     {"BIGDECIMAL", "BIGNUMERIC"},
     {"RECORD", "STRUCT"}}};

constexpr std::array<std::string_view, 4> kUnsupported = {"GEOGRAPHY", "INTERVAL", "JSON", "RANGE"};

constexpr std::size_t kMaxToldValue = 200;

std::string type_name(const Json& type) {
  const Json name = type.is_object() ? type.value("type", Json()) : Json();
  if (!name.is_string()) return "";
  std::string text = name.get<std::string>();
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  for (const auto& [synonym, type] : kSynonyms)
    if (text == synonym) return std::string(type);
  return text;
}

template <class Number>
std::optional<Number> number_of(const std::string& text) {
  Number value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "2026-03-13 02:10:00", as the engine has it.
std::string datetime_text(std::string text) {
  if (text.size() > 10 && (text[10] == ' ' || text[10] == 't')) text[10] = 'T';
  return text;
}

/// Minutes to the east of UTC of "+5", "-03:30", "Z", " UTC"; nothing of any other text.
std::optional<int> offset_of(std::string_view zone) {
  while (zone.starts_with(' ')) zone.remove_prefix(1);
  if (zone.empty() || zone == "Z" || zone == "z" || zone == "UTC") return 0;
  const int sign = zone[0] == '-' ? -1 : 1;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  zone.remove_prefix(1);
  const std::size_t colon = std::min(zone.find(':'), zone.size());
  const auto hours = number_of<unsigned>(std::string(zone.substr(0, colon)));
  const auto minutes = colon == zone.size()
                           ? std::optional(0U)
                           : number_of<unsigned>(std::string(zone.substr(colon + 1)));
  if (!hours || colon > 2 || *hours > 14 || !minutes || *minutes > 59) return std::nullopt;
  return sign * static_cast<int>(*hours * 60 + *minutes);
}

/// "2026-03-13 02:10:00+01:00", or without a zone, as the engine has it: in UTC.
std::optional<std::string> timestamp_in_utc(const std::string& text) {
  constexpr std::size_t kDay = 10;
  const std::size_t end =
      text.size() <= kDay ? std::string::npos : text.find_first_not_of("0123456789:.", kDay + 1);
  const std::size_t time_end = std::min(end, text.size());
  const auto offset = offset_of(std::string_view(text).substr(time_end));
  if (!offset) return std::nullopt;
  const std::string told = datetime_text(text.substr(0, time_end));
  const auto cell =
      read_cell(SqlType::kTimestamp, told + (told.size() > kDay ? "Z" : "T00:00:00Z"), "");
  if (!cell.ok()) return std::nullopt;
  return timestamp_text(cell->number - *offset * 60 * kMicrosPerSecond, TimestampForm::kIso);
}

/// As JSON can have it.
Json real_value(double value) {
  return std::isfinite(value) ? Json(value) : Json(float_text(value));
}

/// BYTES in the escapes of the engine's own literals.
std::optional<std::string> bytes_text(const std::string& base64) {
  const auto bytes = base64_decode(base64);
  if (!bytes) return std::nullopt;
  std::string text;
  for (const char byte : *bytes) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\x%02X", static_cast<unsigned char>(byte));
    text += escape;
  }
  return text;
}

/// The engine's value of a scalar, whose JSON is text, or as good; nothing where it is not of the
/// type.
std::optional<Json> scalar_value(const std::string& type, const Json& value) {
  if (value.is_null() || value.is_structured())
    return value.is_null() ? std::optional(value) : std::nullopt;
  const std::string text = value.is_string() ? value.get<std::string>() : dump_json(value);
  if (type == "INT64") {
    const auto number = number_of<std::int64_t>(text);
    return number ? std::optional<Json>(*number) : std::nullopt;
  }
  if (type == "FLOAT64") {
    const auto number = number_of<double>(text);
    return number ? std::optional(real_value(*number)) : std::nullopt;
  }
  if (type == "BOOL") {
    if (text == "true" || text == "TRUE" || text == "True") return Json(true);
    if (text == "false" || text == "FALSE" || text == "False") return Json(false);
    return std::nullopt;
  }
  if (type == "TIMESTAMP") {
    const auto time = timestamp_in_utc(text);
    return time ? std::optional<Json>(*time) : std::nullopt;
  }
  if (type == "BYTES") {
    const auto bytes = bytes_text(text);
    return bytes ? std::optional<Json>(*bytes) : std::nullopt;
  }
  const Json told = type == "DATETIME" ? datetime_text(text) : text;
  const auto known = sql_type_from(type);
  return !known || read_cell(*known, told, "").ok() ? std::optional(told) : std::nullopt;
}

bool is_field_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= sql::kMaxFieldName && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// The first type in it that the service has and this warehouse has not; empty where there is none.
std::string unsupported_in(const Json& type, std::size_t depth = 0) {
  const std::string name = type_name(type);
  if (depth > sql::kMaxTypeNesting) return "";
  if (std::ranges::find(kUnsupported, name) != kUnsupported.end()) return name;
  if (name == "ARRAY") return unsupported_in(type.value("arrayType", Json()), depth + 1);
  if (name != "STRUCT") return "";
  for (const Json& item : type.value("structTypes", Json()))
    if (item.is_object())
      if (std::string found = unsupported_in(item.value("type", Json()), depth + 1); !found.empty())
        return found;
  return "";
}

/// In the engine's words: "ARRAY<STRUCT<a INT64, b DATE>>". Nothing where it is no type, has fields
/// without names, or lists in lists, which the service has not.
std::optional<std::string> type_text(const Json& type, std::size_t depth = 0) {
  const std::string name = type_name(type);
  if (name.empty() || depth > sql::kMaxTypeNesting) return std::nullopt;
  if (name == "ARRAY") {
    const Json element = type.value("arrayType", Json());
    const auto text = type_name(element) == "ARRAY" ? std::nullopt : type_text(element, depth + 1);
    return text ? std::optional("ARRAY<" + *text + ">") : std::nullopt;
  }
  if (name != "STRUCT") return name;
  std::set<std::string> names;
  std::string fields;
  const Json list = type.value("structTypes", Json());
  if (!list.is_array()) return std::nullopt;
  for (const Json& item : list) {
    const Json own = item.is_object() ? item.value("name", Json()) : Json();
    if (!own.is_string() || !is_field_name(own.get<std::string>())) return std::nullopt;
    const auto text = type_text(item.value("type", Json()), depth + 1);
    if (!text || !names.insert(lower_ascii(own.get<std::string>())).second) return std::nullopt;
    fields += (fields.empty() ? "" : ", ") + own.get<std::string>() + " " + *text;
  }
  return fields.empty() ? std::nullopt : std::optional("STRUCT<" + fields + ">");
}

std::optional<Json> value_of(const Json& type, const Json& value, std::size_t& left);

/// A field that is not given is NULL.
std::optional<Json> record_of(const Json& types, const Json& values, std::size_t& left) {
  if (values.is_null()) return values;
  if (!values.is_object()) return std::nullopt;
  Json record = Json::object();
  for (const Json& field : types) {
    const auto name = field.at("name").get<std::string>();
    auto value = value_of(field.at("type"), values.value(name, Json::object()), left);
    if (!value) return std::nullopt;
    record[name] = *std::move(value);
  }
  for (const auto& [name, value] : values.items())
    if (!record.contains(name)) return std::nullopt;
  return record;
}

/// Of a type that type_text takes; nothing where the value is not of it, or none is left.
std::optional<Json> value_of(const Json& type, const Json& value, std::size_t& left) {
  if (!value.is_object() || left == 0) return std::nullopt;
  --left;
  const std::string name = type_name(type);
  if (name == "STRUCT")
    return record_of(type.at("structTypes"), value.value("structValues", Json()), left);
  if (name != "ARRAY") return scalar_value(name, value.value("value", Json()));
  const Json values = value.value("arrayValues", Json());
  // A list that is NULL is an empty one.
  if (values.is_null()) return Json::array();
  if (!values.is_array()) return std::nullopt;
  Json list = Json::array();
  for (const Json& item : values) {
    auto element = value_of(type.at("arrayType"), item, left);
    if (!element) return std::nullopt;
    list.push_back(*std::move(element));
  }
  return list;
}

/// A value for a message: of a scalar what stands in it, clipped.
std::string told_value(const Json& given) {
  const Json scalar = given.is_object() ? given.value("value", Json()) : Json();
  const std::string text = dump_json(scalar.is_null() ? given : scalar);
  if (text.size() <= kMaxToldValue) return text;
  return to_valid_utf8(text.substr(0, kMaxToldValue)) + "…";
}

std::optional<Answer> read_parameter(const Json& json, std::size_t& left,
                                     sql::Parameter& parameter) {
  if (!json.is_object()) return invalid("queryParameters", "expected objects");
  const Json name = json.value("name", Json());
  if (name.is_string()) parameter.name = name.get<std::string>();
  const std::string where = parameter.name.empty() ? "queryParameters" : parameter.name;
  const auto refuse = [&](const std::string& expected) {
    return error_answer(
        {"invalidQuery", "Invalid query parameter '" + where + "': " + expected, "q", "parameter"});
  };
  const Json type = json.value("parameterType", Json());
  if (const std::string name = unsupported_in(type); !name.empty())
    return refuse("Unsupported type " + name + ": this warehouse has no parameters of it");
  const auto text = type_text(type);
  if (!text)
    return refuse(
        "expected a parameterType: a type such as INT64, ARRAY with its arrayType, or STRUCT with "
        "its structTypes, each with a name of letters, digits and '_'");
  parameter.type = *text;
  const Json given = json.value("parameterValue", Json::object());
  auto value = value_of(type, given, left);
  if (left == 0)
    return refuse("the parameters have more than " + std::to_string(kMaxValues) + " values");
  if (!value)
    return refuse("expected a value of type " + parameter.type + ", found " + told_value(given));
  parameter.value = *std::move(value);
  return std::nullopt;
}

}  // namespace

std::optional<Answer> read_parameters(const Json& json, std::vector<sql::Parameter>& parameters) {
  if (json.is_null()) return std::nullopt;
  if (!json.is_array() || json.size() > sql::kMaxParameters)
    return invalid("queryParameters",
                   "expected a list of at most " + std::to_string(sql::kMaxParameters));
  std::size_t left = kMaxValues;
  for (const Json& item : json) {
    sql::Parameter parameter;
    if (auto refusal = read_parameter(item, left, parameter)) return refusal;
    parameters.push_back(std::move(parameter));
  }
  return std::nullopt;
}

}  // namespace assay::warehouse::bigquery
