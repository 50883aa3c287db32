#include "mock_warehouse/bigquery/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "harness/base/base64.h"
#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/columns.h"

namespace assay::warehouse::bigquery {
namespace {

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

std::optional<Json> array_value(const std::string& type, const Json& values) {
  if (values.is_null()) return Json::array();
  if (!values.is_array()) return std::nullopt;
  Json list = Json::array();
  for (const Json& item : values) {
    if (!item.is_object()) return std::nullopt;
    auto value = scalar_value(type, item.value("value", Json()));
    if (!value) return std::nullopt;
    list.push_back(*std::move(value));
  }
  return list;
}

std::optional<Answer> read_parameter(const Json& json, sql::Parameter& parameter) {
  if (!json.is_object()) return invalid("queryParameters", "expected objects");
  const Json name = json.value("name", Json());
  if (name.is_string()) parameter.name = name.get<std::string>();
  const std::string where = parameter.name.empty() ? "queryParameters" : parameter.name;
  const Json type = json.value("parameterType", Json());
  const Json value = json.value("parameterValue", Json::object());
  parameter.type = type_name(type);
  std::optional<Json> read;
  if (parameter.type == "ARRAY") {
    const std::string element = type_name(type.value("arrayType", Json()));
    parameter.type = "ARRAY<" + element + ">";
    if (element != "STRUCT" && value.is_object())
      read = array_value(element, value.value("arrayValues", Json()));
  } else if (parameter.type != "STRUCT" && !parameter.type.empty() && value.is_object()) {
    read = scalar_value(parameter.type, value.value("value", Json()));
  }
  if (!read)
    return error_answer({"invalidQuery",
                         "Invalid query parameter '" + where + "': expected a value of type " +
                             (parameter.type.empty() ? "its parameterType" : parameter.type) +
                             "; STRUCT is not part of this warehouse",
                         "q", "parameter"});
  parameter.value = *std::move(read);
  return std::nullopt;
}

}  // namespace

std::optional<Answer> read_parameters(const Json& json, std::vector<sql::Parameter>& parameters) {
  if (json.is_null()) return std::nullopt;
  if (!json.is_array() || json.size() > sql::kMaxParameters)
    return invalid("queryParameters",
                   "expected a list of at most " + std::to_string(sql::kMaxParameters));
  for (const Json& item : json) {
    sql::Parameter parameter;
    if (auto refusal = read_parameter(item, parameter)) return refusal;
    parameters.push_back(std::move(parameter));
  }
  return std::nullopt;
}

}  // namespace assay::warehouse::bigquery
