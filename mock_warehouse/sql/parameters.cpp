#include "mock_warehouse/sql/parameters.h"

#include <cmath>
#include <cstdio>

#include "harness/base/ascii.h"
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

/// A type, taken apart.
struct Shape {
  std::string scalar;                                 ///< "INT64"; empty of a list and a record
  std::vector<Shape> element;                         ///< of an ARRAY: one
  std::vector<std::pair<std::string, Shape>> fields;  ///< of a STRUCT: one at least
};

/// Takes a type from the front of `text`; nothing where none stands there.
std::optional<Shape> read_shape(std::string_view& text, std::size_t depth) {
  const auto skip = [&](std::string_view word) {
    const bool there = text.starts_with(word);
    if (there) text.remove_prefix(word.size());
    return there;
  };
  if (depth > kMaxTypeNesting) return std::nullopt;
  Shape shape;
  if (skip("ARRAY<")) {
    auto element = read_shape(text, depth + 1);
    if (!element || !skip(">")) return std::nullopt;
    shape.element.push_back(*std::move(element));
    return shape;
  }
  if (skip("STRUCT<")) {
    do {
      const std::size_t blank = text.find(' ');
      if (blank == 0 || blank == std::string_view::npos) return std::nullopt;
      std::string name(text.substr(0, blank));
      text.remove_prefix(blank + 1);
      auto field = read_shape(text, depth + 1);
      if (!field) return std::nullopt;
      shape.fields.emplace_back(std::move(name), *std::move(field));
    } while (skip(", "));
    return skip(">") ? std::optional(std::move(shape)) : std::nullopt;
  }
  shape.scalar = text.substr(0, text.find_first_of(",>"));
  text.remove_prefix(shape.scalar.size());
  if (engine_type(shape.scalar).empty()) return std::nullopt;
  return shape;
}

std::string engine_name(const Shape& shape) {
  if (!shape.element.empty()) return engine_name(shape.element[0]) + "[]";
  if (shape.fields.empty()) return std::string(engine_type(shape.scalar));
  std::string fields;
  for (const auto& [name, field] : shape.fields)
    fields += (fields.empty() ? "" : ", ") + quoted_name(name) + " " + engine_name(field);
  return "STRUCT(" + fields + ")";
}

/// The whole of which it is a part has its type written beside it, once.
std::optional<std::string> shaped(const Shape& shape, const Json& value) {
  if (value.is_null()) return "NULL";
  if (!shape.scalar.empty()) return scalar(shape.scalar, value);
  std::string items;
  if (!shape.element.empty()) {
    if (!value.is_array()) return std::nullopt;
    for (const Json& item : value) {
      const auto literal = shaped(shape.element[0], item);
      if (!literal) return std::nullopt;
      items += (items.empty() ? "" : ", ") + *literal;
    }
    return "[" + items + "]";
  }
  if (!value.is_object()) return std::nullopt;
  for (const auto& [name, field] : shape.fields) {
    const auto literal = shaped(field, value.value(name, Json()));
    if (!literal) return std::nullopt;
    items += (items.empty() ? "" : ", ") + quoted_name(name) + " := " + *literal;
  }
  return "struct_pack(" + items + ")";
}

/// A list whose elements say by themselves what they are.
std::optional<std::string> untyped_list(const Json& items) {
  // An empty list of no type is one of integers, as in the service.
  if (items.empty()) return cast("[]", "BIGINT[]");
  std::string list;
  for (const Json& item : items) {
    const auto literal = item.is_structured() ? std::nullopt : scalar("", item);
    if (!literal) return std::nullopt;
    list += (list.empty() ? "" : ", ") + *literal;
  }
  return "[" + list + "]";
}

}  // namespace

std::optional<std::string> literal_of(const Parameter& parameter) {
  if (parameter.type.empty())
    return parameter.value.is_array() ? untyped_list(parameter.value) : scalar("", parameter.value);
  std::string_view type = parameter.type;
  const auto shape = read_shape(type, 0);
  const auto literal = shape && type.empty() ? shaped(*shape, parameter.value) : std::nullopt;
  return literal ? std::optional(cast(*literal, engine_name(*shape))) : std::nullopt;
}

std::set<std::string> element_fields(std::string_view type) {
  std::set<std::string> names;
  const auto shape = read_shape(type, 0);
  if (!shape || shape->element.empty()) return names;
  for (const auto& [name, field] : shape->element[0].fields) names.insert(lower_ascii(name));
  return names;
}

}  // namespace assay::warehouse::sql
