#pragma once

// From facts to verdicts: each indicator of a rubric by its check, then the overall anchor.
//
// In: a rubric, facts, the sentences of the statement. Out: indicators in the rubric's order; their
// `evidence` are ids of the facts given. Pure functions, on any thread.

#include <string>
#include <vector>

#include "harness/model/exercise.h"
#include "harness/model/verdict.h"
#include "rubrics/rubric.h"

namespace assay::rubrics {

std::vector<model::Indicator> decide_indicators(const Rubric& rubric, const FactSet& facts,
                                                const std::vector<model::Ask>& asks);

/// The same list where nothing was judged, with one verdict and one reason for all.
std::vector<model::Indicator> decide_nothing(const Rubric& rubric,
                                             const std::vector<model::Ask>& asks,
                                             model::Verdict verdict, const std::string& reason);

}  // namespace assay::rubrics
