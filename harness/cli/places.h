#pragma once

// Where assay finds the parts of itself.

#include <string>

#include "harness/base/result.h"

namespace assay::cli {

/// The path of this very binary.
Result<std::string> own_binary();

/// assay-runner: `wanted` where it is given, otherwise beside this binary.
Result<std::string> find_runner(const std::string& wanted);

}  // namespace assay::cli
