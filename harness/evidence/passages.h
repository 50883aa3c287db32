#pragma once

// A candidate's review, cut into the passages that a person would point at.
//
// In: a Markdown or plain text file, untrusted. Out: a passage for each item of a list, row of a
// table, heading and paragraph, with its lines. Nothing is judged and no language is known. Pure,
// on any thread.

#include <vector>

#include "harness/model/submission.h"
#include "rubrics/facts.h"

namespace assay::evidence {

inline constexpr std::size_t kMaxPassages = 200;
inline constexpr std::size_t kMaxPassageBytes = 2'000;

std::vector<rubrics::PassageFact> passages_of(const model::SourceFile& review);

}  // namespace assay::evidence
