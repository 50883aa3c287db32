#pragma once

// Made-up runs: a plan like the first exercise's, and candidates as functions from a case to what
// was observed. Values, for one test at a time.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/evidence/judge.h"

namespace assay::evidence::testing {

using Candidate = std::function<model::Observation(const model::Case&)>;

std::string date_of(const model::Case&);
std::int64_t minimum_of(const model::Case&);
std::string canary_of(const model::Case&);
/// The true count; 0 where there is none.
std::int64_t rows_of(const model::Case&);

/// What a sound solution returns: {"status", "actual_rows", "message"}.
Json sound_record(const model::Case&);

model::Observation returned(const model::Case&, Json value);
model::Observation raised(const model::Case&, const std::string& type, bool own_raise);
/// Ended without an answer.
model::Observation ended(const model::Case&, model::OutcomeKind kind);
model::Observation harness_fault(const model::Case&);
/// The same, as if no request had come.
model::Observation unasked(model::Observation);

Candidate sound();
/// The sound candidate, but for what `change` does to its record.
Candidate changed(std::function<void(const model::Case&, Json& record)> change);
/// The sound candidate, but for some cases.
Candidate except(std::function<bool(const model::Case&)> where, Candidate instead);
/// One whose status words are these, by label; other labels keep theirs.
Candidate worded(std::map<std::string, std::string> statuses);

/// fetch() asks and reads, judge() compares, check_pipeline_health() calls both.
Json separated();
/// Everything in check_pipeline_health().
Json all_in_one();

model::Plan plan();
model::Exercise exercise();
const rubrics::Rubric& rubric();
/// The second one, production_readiness.
const rubrics::Rubric& readiness_rubric();

model::Judgement judged(const Candidate&, const Json& inspection = separated(),
                        model::Level level = model::Level::kMid);
/// By both rubrics.
model::Judgement judged_by_both(const model::Plan&, const Candidate&);
model::Judgement judged_in(const model::Plan&, const Candidate&,
                           const Json& inspection = separated(),
                           model::Level level = model::Level::kMid);

/// A solution that reworks a draft; what is left out is sound, or not there.
struct Reworked {
  Candidate solution = sound();
  Json inspection = separated();
  std::optional<Candidate> draft;  ///< nothing: none was kept
  Json draft_inspection = separated();
  std::string review;  ///< empty: none
};
/// By the rubric of the variant with a draft.
model::Judgement judged(const Reworked&);

/// The inspection with a broad handler in line `line` of its first file, of that digest.
Json with_handler(Json inspection, int line, const std::string& digest);
/// The candidate, with that line run in the cases of these labels.
Candidate through(int line, std::vector<std::string> labels, Candidate);

const model::Indicator& indicator(const model::Judgement&, const std::string& id);
/// "observed", "needs_human", …
std::string verdict(const model::Judgement&, const std::string& id);
std::string anchor(const Candidate&, model::Level, const Json& inspection = separated());
/// Whether any of the texts holds `piece`.
bool mentions(const std::vector<std::string>& texts, const std::string& piece);

}  // namespace assay::evidence::testing
