#pragma once

// The table of mutant by case, for a terminal.
//
// In: what became of each mutant. Out: lines of at most `width` columns, but for those of source.
// Where a column for each case is too much, the cases of a label share one. Survivors are told in
// full, and where there are few mutants all are. Pure; on any thread.

#include <string>

#include "harness/run/mutants.h"

namespace assay::cli {

struct MutantColours {
  std::string good;
  std::string bad;
  std::string dim;
  std::string plain;
};

std::string mutants_page(const run::MutantRun& run, const MutantColours& colours,
                         std::size_t width);

}  // namespace assay::cli
