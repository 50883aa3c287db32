#pragma once

// What assay-runner does: launches itself into the template of all boxes, warms Python there, and
// makes a box for every kNewBox until the worker hangs up. protocol.h says who talks to whom.
//
// In: the control socket, and which image to warm with which hash seed. Out: boxes. One thread;
// every fork happens here.

#include "harness/base/unique_fd.h"
#include "sandboxes/image.h"

namespace assay::sandbox::runner {

/// Stage 1, as started by the worker: leaves root, makes namespaces and the root, executes stage 2
/// in there and waits for its end. Gives the exit status.
int launch(UniqueFd control, Warmth warmth);

enum class Isolation { kBox, kPlain };

/// Stage 2, or the only one of the plain backend: warms Python and serves. Gives the exit status.
int serve(UniqueFd control, Isolation isolation, Warmth warmth);

}  // namespace assay::sandbox::runner
