#pragma once

// One target as a person sees it who is to decide it: the question, what the run shows, where to
// look. What the machine suggests is no part of it: that is shown once the mark is saved.
//
// In: a report's Json and a target of it. Out: text for a terminal, harmless and within its width.
// Pure, on any thread.

#include <string>

#include "harness/marks/decision.h"
#include "harness/marks/target.h"
#include "harness/report/format.h"

namespace assay::marks {

/// `head` stands above it all: which submission, which question of how many.
std::string render_target(const Json& graded, const Target& target, const std::string& head,
                          const report::RenderOptions& how);

/// The same evidence in full: the lines of source that are cited, and what each cited case did.
std::string render_evidence(const Json& graded, const Target& target,
                            const report::RenderOptions& how);

/// What a saved mark says, and only then what the machine suggested and what others had marked.
std::string render_saved(const Json& graded, const Target& target, const SavedMark& saved,
                         const report::RenderOptions& how);

/// "observed (bad news)"
std::string verdict_in_words(model::Polarity polarity, model::Verdict verdict);

}  // namespace assay::marks
