#include "harness/cli/run_options.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>

#include "harness/cli/places.h"
#include "harness/run/pool.h"
#include "sandboxes/sandbox.h"

namespace assay::cli {
namespace {

constexpr int kMaxJobs = 256;
/// At which a second of a script is a millisecond: less than a machine takes for a request.
constexpr int kMaxSpeed = 1'000;
/// All runs of a submission are kept until they are compared, and each may be large.
constexpr int kMaxRepeat = 10;

/// Tries what was asked for, as `assay doctor` does, before anything is read or written. What
/// workers have is looked at again when they start.
Status check_required_layers(const RunOptions& options, const std::string& runner) {
  if (options.required_layers.empty()) return success();
  if (options.no_sandbox)
    return input_error("--require-layer and --no-sandbox cannot both be meant", {},
                       "Leave one of them out.");
  return run::require_layers(options.required_layers, sandbox::probe_layers({.runner = runner}));
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& options) {
  app.add_option("--variant", options.variant,
                 "Variant of the exercise; the first it names if left out")
      ->type_name("NAME");
  app.add_option("-j,--jobs", options.jobs, "Cases to run at once; one for each core if left out")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxJobs));
  // Reports hold it as JSON, of which not every reader knows larger integers.
  app.add_option("--seed", options.seed, "Seed of all that is random in a run; 0 if left out")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()));
  app.add_flag("--no-sandbox", options.no_sandbox,
               "Run the code as a plain process of this machine, WITHOUT any isolation: only for "
               "code that you trust; reports say so in red");
  app.add_flag("--real-time{20}", options.real_time,
               "Let time pass for real, and the case's clock and all that waits by it go FACTOR "
               "times as fast; 20 if left out. Verdicts are those of virtual time, where the "
               "machine keeps up; records are not the same every time, and reports say so")
      ->type_name("[=FACTOR]");
  app.add_option(
         "--require-layer", options.required_layers,
         "Layer of isolation that this machine must give, such as cgroup or Landlock, beside "
         "those without which nothing is graded; may be given several times")
      ->allow_extra_args(false)
      ->type_name("NAME");
  app.add_option("--runner", options.runner, "")->group("");
}

void add_repeat_option(CLI::App& app, RunOptions& options, const std::string& help) {
  app.add_option("--repeat", options.repeat, help)
      ->type_name("N")
      ->check(CLI::Range(1, kMaxRepeat));
}

Result<ResolvedRun> resolve(const RunOptions& options) {
  ResolvedRun resolved;
  ASSAY_TRY(resolved.assay, own_binary());
  ASSAY_TRY(resolved.runner, find_runner(options.runner));
  ASSAY_CHECK(check_required_layers(options, resolved.runner));
  if (options.real_time < 0 || options.real_time > kMaxSpeed)
    return input_error("--real-time takes a number from 1 to " + std::to_string(kMaxSpeed), {},
                       "1 is as fast as real time passes.");
  if (options.real_time > 0 && options.repeat > 1)
    return input_error("--repeat and --real-time cannot both be meant", {},
                       "By the machine's own clock each run differs from the one before.");
  resolved.real_time = options.real_time;
  resolved.jobs = options.jobs > 0 ? options.jobs : static_cast<int>(run::usable_cpus().size());
  resolved.backend = options.no_sandbox ? run::Backend::kProcess : run::Backend::kBox;
  return resolved;
}

}  // namespace assay::cli
