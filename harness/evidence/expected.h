#pragma once

// What a case did against what it expects: a value, or an exception.
//
// In: a case's `expect` (plan/schemas/cases.schema.json says what each key means) and what was
// observed. Out: the first difference, in words. Pure, on any thread. What was observed is
// untrusted; the expectation has passed the loader.

#include <optional>
#include <string>

#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "rubrics/facts.h"

namespace assay::evidence {

/// How `found`, a Python value (model/value.h), differs from `expect.value`; nothing where it does
/// not. Numbers are compared by value, and never with a bool; a tuple is a list; a dataclass, a
/// namedtuple and any mapping are the dict of their entries; an Enum with a str is that str.
std::optional<std::string> difference_from_value(const Json& expect, const Json& found);

/// How an exception differs from `expect.raises`; nothing where its class, or one that it is
/// derived from, has the name.
std::optional<std::string> difference_from_exception(const Json& expect,
                                                     const model::Observation& observation);

/// Sets `expects`, `wanted`, `as_expected` and `difference`.
void look_at_expectation(const model::Case& the_case, const model::Observation& observation,
                         rubrics::CaseFact& fact);

}  // namespace assay::evidence
