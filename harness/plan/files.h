#pragma once

// The files of a package.
//
// In: the package's folder and paths that its authors wrote. Out: bytes, in an order that depends
// on nothing but names. A path that leaves the package is an input error. Used from one thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/submission.h"

namespace assay::plan {

/// What an author wrote as a path below `folder`, in its normal form, still relative. It must be
/// there; `place` is where it was written.
Result<std::string> path_inside(const std::string& folder, const std::string& written,
                                const Place& place);

/// Every regular file below `folder`, by path. Bytecode that Python leaves behind is passed over.
Result<std::vector<model::SourceFile>> read_folder(const std::string& folder, std::size_t max_files,
                                                   std::size_t max_bytes);

/// Names of what lies directly in `folder` and is a folder (`folders`) or ends in `suffix`, sorted;
/// none where there is no such folder.
std::vector<std::string> names_in(const std::string& folder, bool folders, std::string_view suffix);

/// `sentence` stands in `markdown`, white space folded and emphasis left out on both sides.
bool contains_sentence(std::string_view markdown, std::string_view sentence);

}  // namespace assay::plan
