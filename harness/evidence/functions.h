#pragma once

// What the candidate's functions do, from the source inspection, restricted to functions that ran.
//
// The inspection comes out of a box: it is read as untrusted data, and what does not have the
// expected shape is left out. A file that is the starter's, byte for byte, is not the candidate's;
// calling its functions that talk to the API counts as talking to it.
//
// In: the inspection, the plan and the observations. Out: facts. Pure, on any thread.

#include <set>
#include <string>
#include <vector>

#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "rubrics/facts.h"

namespace assay::evidence {

struct FunctionFacts {
  rubrics::SourceFact source;
  std::vector<rubrics::FunctionFact> functions;  ///< those with a part in it, by file and line
  std::vector<rubrics::HandlerFact> handlers;    ///< broad ones of files that ran, by file and line
  bool defines_entry = true;  ///< false where the source was read and defines no entry point
};

/// Files of the starter that were handed back as they are. Where the source was not inspected, all
/// of the starter's names.
std::set<std::string> unchanged_starter_files(const Json& inspection, const model::Plan& plan);

/// `entry` is the file and function that were called; `parameter` is the parameter of it that
/// comparisons are looked for. A draft that lies beside the solution and never ran is passed over.
FunctionFacts look_at_functions(const Json& inspection, const model::Plan& plan,
                                const model::EntryPoint& entry,
                                const std::vector<model::Observation>& observations,
                                const std::string& parameter);

}  // namespace assay::evidence
