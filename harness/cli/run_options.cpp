#include "harness/cli/run_options.h"

#include <CLI/CLI.hpp>

#include "harness/cli/places.h"
#include "harness/run/pool.h"

namespace assay::cli {
namespace {

constexpr int kMaxJobs = 256;

}  // namespace

void add_run_options(CLI::App& app, RunOptions& options) {
  app.add_option("--variant", options.variant,
                 "Variant of the exercise; the first it names if left out")
      ->type_name("NAME");
  app.add_option("-j,--jobs", options.jobs, "Cases to run at once; one for each core if left out")
      ->type_name("N")
      ->check(CLI::Range(1, kMaxJobs));
  app.add_option("--seed", options.seed, "Seed of all that is random in a run; 0 if left out")
      ->type_name("N");
  app.add_flag("--no-sandbox", options.no_sandbox,
               "Run the code as a plain process of this machine, WITHOUT any isolation: only for "
               "code that you trust; reports say so in red");
  app.add_option("--runner", options.runner, "")->group("");
}

Result<ResolvedRun> resolve(const RunOptions& options) {
  ResolvedRun resolved;
  ASSAY_TRY(resolved.assay, own_binary());
  ASSAY_TRY(resolved.runner, find_runner(options.runner));
  resolved.jobs = options.jobs > 0 ? options.jobs : static_cast<int>(run::usable_cpus().size());
  resolved.backend = options.no_sandbox ? run::Backend::kProcess : run::Backend::kBox;
  return resolved;
}

}  // namespace assay::cli
