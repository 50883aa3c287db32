#pragma once

// Optional members and names of enums, for the to_json and from_json functions of this folder. Pure
// functions; from_json functions throw what nlohmann does, and read_json() turns it into an Error.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/json.h"

namespace assay::model {

/// Leaves `target` as it is where the key is missing.
template <class T>
void read_if(const Json& object, const char* key, T& target) {
  if (const auto it = object.find(key); it != object.end()) it->get_to(target);
}

template <class T>
void read_if(const Json& object, const char* key, std::optional<T>& target) {
  if (const auto it = object.find(key); it != object.end() && !it->is_null())
    target = it->template get<T>();
}

template <class T>
void write_if(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

inline Duration read_ns(const Json& object, const char* key) {
  return Duration(object.at(key).get<std::int64_t>());
}

/// The value of an enum by its name in `names`; nothing where there is no such name.
template <class Enum, std::size_t N>
std::optional<Enum> enum_named(std::string_view name,
                               const std::pair<Enum, std::string_view> (&names)[N]) {
  for (const auto& [value, known] : names)
    if (known == name) return value;
  return std::nullopt;
}

/// The same from a document. A name that is not there is thrown as an error of nlohmann's, so that
/// read_json reports it.
template <class Enum, std::size_t N>
Enum enum_from(const Json& text, const std::pair<Enum, std::string_view> (&names)[N]) {
  const auto& name = text.get_ref<const std::string&>();
  if (const auto value = enum_named<Enum>(name, names)) return *value;
  throw nlohmann::json::other_error::create(501, "unknown name '" + name + "'", &text);
}

template <class Enum, std::size_t N>
std::string_view enum_name(Enum value, const std::pair<Enum, std::string_view> (&names)[N]) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  ASSAY_ASSERT(false, "an enum has a value without a name");
}

}  // namespace assay::model
