#pragma once

// Where the files are that Assay comes with: exercises/ and rubrics/definitions/.
//
// In: the environment and the running binary's place. Out: a folder's path. Touches nothing.

#include <string>

#include "harness/base/result.h"

namespace assay::plan {

/// The folder that holds exercises/ and rubrics/: $ASSAY_HOME where that is set, else the nearest
/// folder above the binary that has them (a source tree), else share/assay beside the binary's own
/// folder (an installation), else the working folder. An environment error says where was looked.
Result<std::string> home_folder();

}  // namespace assay::plan
