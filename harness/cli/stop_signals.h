#pragma once

// SIGINT, SIGTERM and SIGHUP as something that a poll loop can wait for.

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace assay::cli {

/// From here on these signals end nothing; the descriptor becomes readable at the first of them.
/// Processes started later inherit that they are blocked, and have to undo it.
Result<UniqueFd> catch_stop_signals();

}  // namespace assay::cli
