// The process backend: the same runner without a layer. For authors, on code that they trust.

#include "sandboxes/runner_sandbox.h"

namespace assay::sandbox {

Result<std::unique_ptr<Sandbox>> open_process_sandbox(const SandboxOptions& options) {
  return RunnerSandbox::open(options, Backend::kProcess);
}

}  // namespace assay::sandbox
