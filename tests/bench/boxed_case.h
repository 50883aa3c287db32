#pragma once

// One healthy case of check_pipeline_health and a solution that runs in it: what benchmarks time.
//
// In: a folder with solution.py. Out: milliseconds of wall time. A benchmark cannot go on without
// its case, so what fails here ends the program, with a message. One thread.

#include <sched.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "sandboxes/sandbox.h"

namespace assay::bench {

using Clock = std::chrono::steady_clock;

/// Cases in a row; as many boxes are made and ended meanwhile.
inline constexpr int kInARow = 8;
/// Where they run, and the worker and the runner with them, as `assay grade` has it.
inline constexpr int kCore = 0;

/// This thread, and what it starts, on one core for as long as this lives.
class OnOneCore {
 public:
  explicit OnOneCore(int core = kCore);
  ~OnOneCore();
  OnOneCore(const OnOneCore&) = delete;
  OnOneCore& operator=(const OnOneCore&) = delete;

 private:
  cpu_set_t before_{};
};

[[noreturn]] void stop(const Error& error);

template <class T>
T must(Result<T> result) {
  if (!result.ok()) stop(result.error());
  return std::move(result).value();
}

double ms_since(Clock::time_point started);

/// Milliseconds of one of kInARow calls of `run`, on average. One more goes before them: when the
/// first begins and when the last ends, a box is being made.
template <class Run>
double time_in_a_row(Run run) {
  run();
  const auto started = Clock::now();
  for (int i = 0; i < kInARow; ++i) run();
  return ms_since(started) / kInARow;
}

/// Whether the box tells which lines ran, as it does where a draft is reworked.
enum class Lines { kIgnored, kWatched };

struct BoxedCase {
  model::Plan plan;
  model::Case item;
  std::string folder;
  std::vector<model::SourceFile> files;

  static BoxedCase load(const std::string& folder);

  sandbox::Job job(Lines lines = Lines::kIgnored) const;

  /// One whole case: a box, the warehouse, the call, the result.
  model::Observation run(sandbox::Sandbox& sandbox, Lines lines = Lines::kIgnored) const;
};

}  // namespace assay::bench
