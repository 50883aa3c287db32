#pragma once

// The reference page of packages: every key of their files, every fault, check and label.
//
// In: the schemas that authored files are held against, the tables of faults and checks, and the
// packages of a folder for their labels. Out: Markdown, and what in the schemas lacks a
// description. The descriptions are those of the schemas: the page says nothing of its own, so it
// cannot drift. Used from one thread.

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace assay::reference {

struct Reference {
  std::string page;
  std::vector<std::string> undescribed;  ///< keys without a description, by the path of each
};

/// `exercises` is the folder of packages whose labels are listed.
Result<Reference> make_reference(const std::string& exercises);

}  // namespace assay::reference
