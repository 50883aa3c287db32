#pragma once

// How the runner and what it forks tell the worker that something of ours or of the host failed.

#include "harness/base/result.h"

namespace assay::sandbox::runner {

/// Sends kFailed with the error; nothing where the socket is gone. Gives the exit status to leave
/// with.
int fail(int socket, const Error& error);

}  // namespace assay::sandbox::runner
