#include "mock_warehouse/sql/parameters.h"

#include <cmath>
#include <cstdio>

#include "mock_warehouse/columns.h"
#include "mock_warehouse/sql/functions.h"
#include "mock_warehouse/sql/rewriter.h"

namespace assay::warehouse::sql {
namespace {

std::string cast(const std::string& literal, std::string_view type) {
  return "CAST(" + literal + " AS " + std::string(type) + ")";
}

std::string real_text(double value) {
  if (std::isnan(value)) return "'NaN'";
  if (std::isinf(value)) return value > 0 ? "'Infinity'" : "'-Infinity'";
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

/// Of a value whose type is told, or follows from its JSON where `type` is empty.
std::optional<std::string> scalar(const std::string& type, const Json& value) {
  const std::string_view engine = engine_type(type);
  if (!type.empty() && engine.empty()) return std::nullopt;
  if (value.is_null()) return type.empty() ? "NULL" : cast("NULL", engine);
  if (value.is_boolean() && (type.empty() || engine == "BOOLEAN"))
    return value.get<bool>() ? "TRUE" : "FALSE";
  if (value.is_number_integer() && (type.empty() || engine == "BIGINT"))
    return cast(std::to_string(value.get<std::int64_t>()), "BIGINT");
  if (value.is_number() && (type.empty() || engine == "DOUBLE"))
    return cast(real_text(value.get<double>()), "DOUBLE");
  const auto known = sql_type_from(type);
  // DATE and its like are texts of a form; the engine would take others as well.
  if (known && known != SqlType::kString && !read_cell(*known, value, "").ok()) return std::nullopt;
  if (!value.is_string())
    return value.is_number() && known == SqlType::kNumeric
               ? std::optional(cast(dump_json(value), engine))
               : std::nullopt;
  const auto text = value.get<std::string>();
  if (text.find('\0') != std::string::npos) return std::nullopt;
  // Without a type it is what it stands beside, as a text in the query would be.
  return type.empty() ? quoted_text(text) : cast(quoted_text(text), engine);
}

}  // namespace

std::optional<std::string> literal_of(const Parameter& parameter) {
  if (!parameter.value.is_array()) return scalar(parameter.type, parameter.value);
  std::string type = parameter.type;
  if (type.starts_with("ARRAY<") && type.ends_with(">")) {
    type = type.substr(6, type.size() - 7);
  } else if (!type.empty()) {
    return std::nullopt;
  }
  std::string list;
  for (const Json& item : parameter.value) {
    const auto literal = item.is_structured() ? std::nullopt : scalar(type, item);
    if (!literal) return std::nullopt;
    list += (list.empty() ? "" : ", ") + *literal;
  }
  if (type.empty() && !list.empty()) return "[" + list + "]";
  // An empty list of no type is one of integers, as in the service.
  const std::string element = type.empty() ? "BIGINT" : std::string(engine_type(type));
  return cast("[" + list + "]", element + "[]");
}

}  // namespace assay::warehouse::sql
