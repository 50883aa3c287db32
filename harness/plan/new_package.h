#pragma once

// A new exercise package: the smallest that proves itself, for its author to change.
//
// In: the folder to make, whose name is the exercise's. Out: the paths that were written, relative
// to it; or an input error, and then nothing is left behind. The files are those of
// templates/*.txt: each part begins with a line "==== path"; @NAME@ stands for the name, @HOME@ for
// the way from the file's folder to the one with Assay's schemas. One thread.

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace assay::plan {

enum class PackageKind { kWithWarehouse, kWithoutWarehouse };

Result<std::vector<std::string>> write_new_package(const std::string& folder, PackageKind kind);

}  // namespace assay::plan
