#pragma once

// A Sandbox over a warm assay-runner: what both backends have in common. sandbox.h is the contract.
//
// In: jobs. Out: observations. Owns the runner's line and the box that is made ahead. One thread.

#include <memory>
#include <string>
#include <vector>

#include "sandboxes/host_box.h"
#include "sandboxes/sandbox.h"

namespace assay::sandbox {

class RunnerSandbox : public Sandbox {
 public:
  static Result<std::unique_ptr<Sandbox>> open(const SandboxOptions& options, Backend backend);
  ~RunnerSandbox() override;

  model::Observation run(const Job& job, Peer& peer) override;
  const std::vector<model::Layer>& layers() const override { return layers_; }
  const model::Tool& tool() const override { return tool_; }

 private:
  RunnerSandbox(SandboxOptions options, Backend backend);

  Status ensure_runner();
  /// The box that was made ahead, where it fits, or a new one.
  Result<std::unique_ptr<HostBox>> take_box(const box::BoxSpec& spec);
  void make_ahead(const box::BoxSpec& spec);
  model::Observation observe(const Job& job, Peer& peer, HostBox& box);

  SandboxOptions options_;
  Backend backend_;
  std::vector<model::Layer> layers_;
  model::Tool tool_;
  std::unique_ptr<RunnerLine> line_;
  std::unique_ptr<HostBox> ahead_;
};

}  // namespace assay::sandbox
