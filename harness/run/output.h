#pragma once

// Puts results into the output folder, whole or not at all: a reader, or a run that is interrupted
// at any moment, sees the old files or the new ones and never a part.

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace assay::run {

struct OutputFile {
  std::string name;
  std::string bytes;
};

/// Makes the folder, and those above it, where they are missing.
Status make_output_folder(const std::string& folder);

/// Writes `files` as the folder `root`/`name`. A folder of that name is replaced in one step; what
/// lies in it under other names than `ours` (a grader's notes, say) moves along.
Status write_result_folder(const std::string& root, const std::string& name,
                           const std::vector<OutputFile>& files,
                           const std::vector<std::string>& ours);

/// Writes `root`/`name` in one step. `mode` is who may read it, beside its owner.
Status write_result_file(const std::string& root, const OutputFile& file, unsigned mode = 0644);

}  // namespace assay::run
