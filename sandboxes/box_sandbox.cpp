// The box backend: every layer of sandboxes/box/, or an error.

#include "sandboxes/runner_sandbox.h"

namespace assay::sandbox {

Result<std::unique_ptr<Sandbox>> open_box_sandbox(const SandboxOptions& options) {
  return RunnerSandbox::open(options, Backend::kBox);
}

std::vector<model::Layer> probe_layers(const SandboxOptions&) {
  std::vector<model::Layer> found;
  for (const box::Layer* layer : box::layers_in_order()) found.push_back(layer->probe());
  found.push_back(box::probe_cgroup());
  return found;
}

}  // namespace assay::sandbox
