#pragma once

// How many threads were started, in this process and by whatever code: counted where pthread_create
// is interposed. Callable from any thread.

namespace assay::sandbox::runner {

int threads_started();

}  // namespace assay::sandbox::runner
