#pragma once

// What somebody may have meant who misspelt a word. A pure function, on any thread.

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The word of `known` that `word` is most likely meant to be; empty where none is near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace assay
