#pragma once

// Members of a report's JSON. In: JSON as of format.h, whose shape is settled. Out: views into it,
// which must not outlive it.

#include <string>
#include <string_view>

#include "harness/model/json.h"

namespace assay::report {

/// The text under a key that is there and holds text.
inline std::string_view text_at(const Json& object, const char* key) {
  return object.at(key).get_ref<const std::string&>();
}

}  // namespace assay::report
