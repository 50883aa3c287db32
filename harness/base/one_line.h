#pragma once

// An error within a sentence, where Error::to_string() would break the line. A pure function, on
// any thread.

#include <algorithm>
#include <string>

#include "harness/base/result.h"

namespace assay {

/// "file:line:column: message (hint)", whose line breaks are spaces.
inline std::string in_one_line(const Error& error) {
  std::string text = Error{error.kind, error.message, error.place, {}}.to_string();
  const std::string& hint = error.hint;
  if (!hint.empty()) text += " (" + hint.substr(0, hint.find_last_not_of('.') + 1) + ")";
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace assay
