#pragma once

// A Sandbox over a warm assay-runner: what both backends have in common. sandbox.h is the contract.
//
// In: jobs. Out: observations. Owns a line to a runner for each image and hash seed, and the box
// that is made ahead on it. The lean one of variation 0 starts with the sandbox, which tells the
// layers and the versions; another one when a job first needs it. One thread.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sandboxes/host_box.h"
#include "sandboxes/image.h"
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
  struct Lane {
    std::unique_ptr<RunnerLine> line;
    std::unique_ptr<HostBox> ahead;
  };

  /// What files compile to, in marshal's form, by path.
  using Codes = std::map<std::string, std::string>;

  RunnerSandbox(SandboxOptions options, Backend backend);

  /// That image's lane, with a runner that is whole.
  Result<Lane*> ready_lane(Warmth warmth);
  /// The box that was made ahead, where it fits, or a new one.
  static Result<std::unique_ptr<HostBox>> take_box(Lane& lane, const box::BoxSpec& spec);
  void make_ahead(Lane& lane, const box::BoxSpec& spec) const;
  std::optional<model::Observation> find_codes(const Job& job, Codes& codes);
  model::Observation run_in_box(const Job& job, Peer& peer, const Codes& codes);
  model::Observation observe(const Job& job, Peer& peer, const Codes& codes, Lane& lane,
                             HostBox& box);

  SandboxOptions options_;
  Backend backend_;
  std::vector<model::Layer> layers_;
  model::Tool tool_;
  std::map<Warmth, Lane> lanes_;
  std::map<std::string, Codes> codes_;  ///< by SHA-256 of paths and sources
};

}  // namespace assay::sandbox
