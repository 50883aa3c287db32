#pragma once

// Options that every command takes that runs code: how many at once, in which sandbox.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/worker_process.h"

namespace CLI {
class App;
}

namespace assay::cli {

struct RunOptions {
  std::string variant;
  std::uint64_t seed = 0;
  int jobs = 0;              ///< 0: one for each core
  std::uint32_t repeat = 1;  ///< runs of each case
  bool no_sandbox = false;
  int real_time = 0;  ///< 0: in virtual time
  std::vector<std::string> required_layers;
  std::string runner;
};

void add_run_options(CLI::App& app, RunOptions& options);

/// --repeat; `help` says what the command does with it.
void add_repeat_option(CLI::App& app, RunOptions& options, const std::string& help);

/// The options with what was left open filled in. An error where a part of Assay is missing.
struct ResolvedRun {
  std::string assay;
  std::string runner;
  int jobs = 1;
  run::Backend backend = run::Backend::kBox;
  int real_time = 0;
};
Result<ResolvedRun> resolve(const RunOptions& options);

}  // namespace assay::cli
