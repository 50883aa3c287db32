#pragma once

// The overall anchor, from the terms of a rule: once for the machine's verdicts, and again with
// what people marked.
//
// A term holds, does not hold, or is open: nobody has decided it yet. `meets` wants that no
// required term fails; `exceeds` wants that each of its terms is known to hold. The anchor is
// provisional while an open term could still change it.
//
// In: terms, each with its part in the rule at one level. Out: the anchor and one sentence that
// says why. Pure, on any thread.

#include <string>
#include <vector>

#include "harness/model/verdict.h"

namespace assay::model {

struct Anchored {
  Anchor anchor = Anchor::kNotGradable;
  bool provisional = false;
  std::string because;
};

Anchored anchor_of(const std::vector<RuleTerm>& rule, Level level);

/// Whether a term holds that follows an indicator: a positive one that is observed, or a negative
/// one that is not. Nothing where the verdict is still open.
std::optional<bool> term_holds(Polarity polarity, Verdict verdict);

}  // namespace assay::model
