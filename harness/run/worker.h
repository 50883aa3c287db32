#pragma once

// The process behind the hidden subcommand `assay worker`: runs cases and reports what they did.
//
// Theory of operation. One worker has one Sandbox (a warm runner and its boxes), all on one core.
// It reads a Setup, opens the sandbox, and then takes one Task at a time: for each case it makes a
// mock warehouse, runs the submission against it, and sends the observation at once, so that a
// worker that dies loses one case. It never judges, and it holds no expectation that a box could
// reach. It ends when its socket does, or when the process that started it ends.
//
// What went wrong through no fault of the candidate is tried once more: a harness fault, and a wall
// limit that was reached with little cpu used.

#include <optional>
#include <string>

#include "harness/run/worker_process.h"

namespace assay::run {

struct WorkerOptions {
  std::string runner;
  std::string sql_program;  ///< assay-sql; started when a case asks a query
  Backend backend = Backend::kBox;
  std::optional<int> cpu;
};

/// Serves the socket kWorkerSocketFd until its end. The exit code of the process.
int run_worker(const WorkerOptions& options);

}  // namespace assay::run
