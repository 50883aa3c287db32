#pragma once

// Letters of ASCII, whatever the locale. Pure functions, on any thread.

#include <string>
#include <string_view>

namespace assay {

/// ASCII letters in lower case, and all other bytes as they are.
inline std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace assay
