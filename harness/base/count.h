#pragma once

// Numbers of things in a sentence. A pure function, on any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

/// "1 process", "3 processes"
inline std::string count_of(std::size_t n, std::string_view one, std::string_view more) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : more);
}

/// "1 case", "3 cases"; `noun` has a regular plural.
inline std::string count_of(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace assay
