#pragma once

// Case files to cases: defaults laid under, families spread out, twins made, variables filled in.
//
// In: the exercise's defaults and the documents of cases/*.yaml. Out: the cases, each checked by
// the mock warehouse, or all that is wrong with them, each with its place. Values; used from one
// thread.

#include <map>
#include <string>
#include <vector>

#include "harness/authored/document.h"
#include "harness/base/result.h"
#include "harness/model/exercise.h"
#include "harness/model/plan.h"
#include "harness/plan/template.h"

namespace assay::plan {

/// What the cases of an exercise have in common.
struct CaseRules {
  Template defaults;                  ///< `defaults` of exercise.yaml
  std::size_t argument_count = 0;     ///< the entry point's parameters
  bool needs_warehouse = true;        ///< every case must have a world
  std::vector<std::string> labels;    ///< empty: any
  std::vector<std::string> families;  ///< empty: any
  /// What cases use of what exercises share, by name; all that they name is in it.
  std::map<std::string, Template> shared;
};

Result<std::vector<model::Case>> expand_cases(const CaseRules& rules,
                                              const std::vector<AuthoredDocument>& files);

/// Behind a case's title for its twin.
inline constexpr std::string_view kTwinTitle = ", again with other values";
inline constexpr std::string_view kTwinSuffix = "~twin";

}  // namespace assay::plan
