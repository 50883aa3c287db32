#pragma once

// The log: to stderr, warnings and worse unless it is asked to say more. Results never go there.

namespace assay::cli {

/// Sets the process's log up; called once, before anything logs.
void start_log(bool verbose);

}  // namespace assay::cli
