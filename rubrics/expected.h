#pragma once

// What the checks expected_value and expected_exception share: whether the cases of some labels did
// what each of them expects.
//
// In: facts, and parameters that fit the schema of either. Out: a Decision. Pure functions.

#include "rubrics/check.h"

namespace assay::rubrics {

/// `expects` is the CaseFact::expects of the cases that count, beside those that leave it open.
Decision decide_expected(const FactSet& facts, const Json& parameters, std::string_view expects);

}  // namespace assay::rubrics
