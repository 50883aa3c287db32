#pragma once

// Runs a plan on many submissions by a pool of worker processes.
//
// A case may be run several times, each in another variation (sandboxes/variation.h): all cases
// once, as they are judged, then all of them again.
//
// Theory of operation. One thread, one poll loop over the workers' sockets, the stop descriptor and
// nothing else. The work is cut into tasks (a submission, or a part of its cases where there are
// fewer submissions than workers); each worker has one task at a time. A worker that dies, or is
// silent for longer than any case can last, is replaced, and what its task had left is handed out
// again. The case that it died of is tried once more; when that dies too, it becomes a harness
// fault and the others go on. A task that has cost too many workers is given up as a whole. So a
// submission that breaks workers costs itself and nobody else. Some cases of each submission go
// first, and where all of those spend their whole time, the others are not run (trial.h). What the
// results are does not depend on the number of workers.

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/environment.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "harness/model/submission.h"
#include "harness/run/worker_process.h"

namespace assay::run {

struct PoolOptions {
  std::string assay;   ///< the binary that has the subcommand `worker`
  std::string runner;  ///< assay-runner
  Backend backend = Backend::kBox;
  int jobs = 1;
  int stop_fd = -1;   ///< borrowed; the pool stops when it is readable; -1: never
  int real_time = 0;  ///< as of sandbox::Job
  /// Beyond what a case that is run twice may last: the longest silence of a busy worker.
  std::chrono::milliseconds silence_slack{60'000};
  /// Layers of isolation that every worker must have, by name in any case; beside those without
  /// which none starts.
  std::vector<std::string> required_layers{};
  /// How often each case is run, by submission; those beyond its end once.
  std::vector<std::uint32_t> repeats = {};
  bool all_cases = false;  ///< run the others, too, whatever came of those that go first
};

/// Those parts that everybody who runs a pool was given: GradeOptions, ValidateOptions.
template <class Options>
PoolOptions pool_options_of(const Options& options) {
  return {.assay = options.assay,
          .runner = options.runner,
          .backend = options.backend,
          .jobs = options.jobs,
          .stop_fd = options.stop_fd,
          .real_time = options.real_time,
          .required_layers = options.required_layers};
}

/// kEnvironment where one of `required` is not on, with what it is instead; kInput where there is
/// no layer of that name.
Status require_layers(const std::vector<std::string>& required,
                      const std::vector<model::Layer>& layers);

/// All that came of one submission.
struct SubmissionRun {
  std::size_t index = 0;                         ///< in the span given to run_pool
  std::vector<model::Observation> observations;  ///< one for each case, in the plan's order
  /// The same of each further run, in other variations; none where cases were not run.
  std::vector<std::vector<model::Observation>> repetitions;
  Json inspection;                   ///< as of InspectionDone (messages.h)
  std::vector<std::string> retries;  ///< one sentence each
};

/// Told as things happen, from the thread that runs the pool.
class PoolListener {
 public:
  virtual ~PoolListener() = default;
  virtual void worker_ready(const model::Tool&, const std::vector<model::Layer>&) {}
  virtual void case_done() {}
  /// A sentence for whoever waits for the run.
  virtual void notice(const std::string&) {}
  /// An error ends the run.
  virtual Status submission_done(SubmissionRun run) = 0;
  /// At least a few times a second.
  virtual void tick() {}
};

enum class PoolEnd { kDone, kStopped };

/// An error where no worker can work on this host. When it returns no worker is left.
Result<PoolEnd> run_pool(const model::Plan& plan, std::span<const model::Submission> submissions,
                         const PoolOptions& options, PoolListener& listener);

/// The cores that this process may use.
std::vector<int> usable_cpus();

}  // namespace assay::run
