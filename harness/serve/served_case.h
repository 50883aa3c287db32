#pragma once

// The case that is served: found in its package by its id.
//
// In: a package's name or folder, variant and case as they were typed. Out: the case and what its
// entry point is called with, or an error that says which cases there are. Values.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/plan.h"

namespace assay::serve {

struct Wanted {
  std::string exercise;  ///< a folder, or the name of one that comes with Assay
  std::string variant;   ///< empty: the first that the package names
  std::string case_id;
  std::uint64_t seed = 0;
};

struct ServedCase {
  std::string exercise;
  std::string folder;  ///< of the package
  model::EntryPoint entry;
  std::map<std::string, std::string> environment;  ///< as a box would have it
  std::uint64_t seed = 0;                          ///< that of the case, as in a grading
  model::Case the_case;
};

Result<ServedCase> find_case(const Wanted& wanted);

/// A line for each case of the package: its id and its title.
Result<std::string> list_cases(const Wanted& wanted);

/// Whether both would be served alike.
bool same_service(const ServedCase& a, const ServedCase& b);

}  // namespace assay::serve
