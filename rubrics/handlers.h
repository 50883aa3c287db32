#pragma once

// Broad handlers that make two states the same.
//
// In: facts, and the states as groups of labels. Out: the handlers that merge, each with the two
// cases that show it. Pure, on any thread.

#include <vector>

#include "rubrics/check.h"

namespace assay::rubrics {

/// "`except Exception`", "`with` that takes any exception": what catches, in words.
std::string catching(const HandlerFact&);

/// A case went through the handler and ended with the state key of another state's case.
struct Merging {
  const HandlerFact* handler = nullptr;
  const CaseFact* through = nullptr;
  const CaseFact* other = nullptr;
};

/// At most one for each handler. An exception that goes on, and no answer at all, are no state that
/// a handler made.
std::vector<Merging> merging_handlers(const FactSet& facts, const std::vector<Labels>& states);

}  // namespace assay::rubrics
