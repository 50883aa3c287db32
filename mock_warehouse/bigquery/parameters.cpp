#include "mock_warehouse/bigquery/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <set>
#include <string_view>

#include "harness/base/ascii.h"
#include "harness/base/base64.h"
#include "mock_warehouse/bigquery/errors.h"
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

/// "2026-03-13 02:10:00+00", " UTC" or without a zone, as the engine has it.
std::string time_text(std::string text, bool zoned) {
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  for (const std::string_view zone : {"+00:00", "+00", " UTC", "Z"})
    if (text.ends_with(zone)) {
      text.resize(text.size() - zone.size());
      break;
    }
  return text + (zoned && text.size() > 10 ? "Z" : zoned ? "T00:00:00Z" : "");
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
    return number ? std::optional<Json>(*number) : std::nullopt;
  }
  if (type == "BOOL") {
    if (text == "true" || text == "TRUE" || text == "True") return Json(true);
    if (text == "false" || text == "FALSE" || text == "False") return Json(false);
    return std::nullopt;
  }
  if (type == "TIMESTAMP" || type == "DATETIME") return Json(time_text(text, type == "TIMESTAMP"));
  if (type == "BYTES") {
    const auto bytes = bytes_text(text);
    return bytes ? std::optional<Json>(*bytes) : std::nullopt;
  }
  return Json(text);
}

bool is_field_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= sql::kMaxFieldName && letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
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
  const auto text = type_text(type);
  if (!text)
    return refuse(
        "expected a parameterType: a type such as INT64, ARRAY with its arrayType, or STRUCT with "
        "its structTypes, each with a name of letters, digits and '_'");
  parameter.type = *text;
  auto value = value_of(type, json.value("parameterValue", Json::object()), left);
  if (left == 0)
    return refuse("the parameters have more than " + std::to_string(kMaxValues) + " values");
  if (!value) return refuse("expected a value of type " + parameter.type);
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
