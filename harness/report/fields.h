#pragma once

// Members of a report's JSON. In: JSON as of format.h, whose shape is settled. Out: views into it,
// which must not outlive it.

#include <algorithm>
#include <string>
#include <string_view>

#include "harness/model/json.h"

namespace assay::report {

/// The text under a key that is there and holds text.
inline std::string_view text_at(const Json& object, const char* key) {
  return object.at(key).get_ref<const std::string&>();
}

/// The first object of a list that has this value under a key which all of them have; null where
/// none has.
inline const Json* find_by(const Json& list, const char* key, const Json& value) {
  const auto it =
      std::ranges::find_if(list, [&](const Json& item) { return item.at(key) == value; });
  return it == list.end() ? nullptr : &*it;
}

}  // namespace assay::report
