#pragma once

// Leaving layers out of a box, so as to see what each of them stops (sandboxes/SECURITY.md has the
// tables). No program that is installed can do it: ASSAY_CHOOSE_LAYERS is defined for the runner of
// tests/attacks/layers alone, and everywhere else the answer is a constant.

#include <string_view>

namespace assay::sandbox::box {

#ifdef ASSAY_CHOOSE_LAYERS
/// By the name of a layer, or of the part of one: "network", "ipc namespace".
bool is_left_out(std::string_view part);
#else
constexpr bool is_left_out(std::string_view) { return false; }
#endif

}  // namespace assay::sandbox::box
