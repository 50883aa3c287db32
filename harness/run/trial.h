#pragma once

// Which cases of a submission are run first, and when the rest is not worth running.
//
// A submission that loops for ever costs its whole limit in every case: a hundred times ten seconds
// of one core, while others wait. So some cases, spread over the exercise, go first; where each of
// them reaches its limit of cpu or wall time, the others are not run, and a person is asked
// (evidence/gradable.h). What is told does not depend on the number of workers, nor on their speed.
// Pure functions, on any thread.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/model/observation.h"

namespace assay::run {

/// Cases that go first. Spread, so that no kind of case alone gives a submission up.
inline constexpr std::size_t kTrialCases = 8;

/// Their indexes among `cases` cases, rising; none where there are too few for it to save anything.
std::vector<std::size_t> trial_cases(std::size_t cases);

/// Whether a case cost its whole limit of the machine's time.
bool spent_its_time(const model::Observation& seen);

/// In the place of a case that is not run after its submission's trial.
model::Observation not_run(std::string case_id);

}  // namespace assay::run
