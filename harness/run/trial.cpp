#include "harness/run/trial.h"

#include <utility>

namespace assay::run {

std::vector<std::size_t> trial_cases(std::size_t cases) {
  std::vector<std::size_t> indexes;
  if (cases < 2 * kTrialCases) return indexes;
  for (std::size_t i = 0; i < kTrialCases; ++i) indexes.push_back(i * cases / kTrialCases);
  return indexes;
}

bool spent_its_time(const model::Observation& seen) {
  return seen.outcome.kind == model::OutcomeKind::kCpuTime ||
         seen.outcome.kind == model::OutcomeKind::kWallTime;
}

model::Observation not_run(std::string case_id) {
  model::Observation observation;
  observation.case_id = std::move(case_id);
  observation.outcome = {.kind = model::OutcomeKind::kNotRun,
                         .detail = "each of " + std::to_string(kTrialCases) +
                                   " cases, spread over the exercise, reached its limit of time"};
  return observation;
}

}  // namespace assay::run
