// The box backend: every layer of sandboxes/box/, or an error.

#include "sandboxes/runner_sandbox.h"

namespace assay::sandbox {

Result<std::unique_ptr<Sandbox>> open_box_sandbox(const SandboxOptions& options) {
  ASSAY_TRY(auto sandbox, RunnerSandbox::open(options, Backend::kBox));
  for (const model::Layer& layer : sandbox->layers()) {
    if (layer.state == "off")
      return environment_error(
          "the layer " + layer.name + " is off: " + layer.detail,
          "Such a runner is for measuring what each layer stops (script/attack-tables). Grade with "
          "the assay-runner that was built with this assay.");
  }
  return sandbox;
}

std::vector<model::Layer> probe_layers(const SandboxOptions&) {
  std::vector<model::Layer> found;
  for (const box::Layer* layer : box::layers_in_order()) found.push_back(layer->probe());
  found.push_back(box::probe_cgroup());
  return found;
}

}  // namespace assay::sandbox
