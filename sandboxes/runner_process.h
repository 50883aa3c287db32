#pragma once

// The assay-runner process from the worker's side: started, greeted, ended.
//
// In: where the binary is, and the image to warm with which hash seed. Out: a control socket
// (protocol.h) and what kHello said. The destructor ends the runner and with it every box. One
// thread: the kernel ends the runner when the thread that started it does.

#include <memory>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/environment.h"
#include "sandboxes/image.h"
#include "sandboxes/sandbox.h"

namespace assay::sandbox {

enum class Backend { kBox, kProcess };

class RunnerProcess {
 public:
  /// Returns when the runner is warm. An error of the environment where it, or the host, cannot.
  /// `cgroup`: its cgroup's list of processes, which it enters before it is executed; -1 for none.
  static Result<std::unique_ptr<RunnerProcess>> start(const SandboxOptions& options,
                                                      Backend backend, Warmth warmth, int cgroup);
  ~RunnerProcess();

  /// The one that it changed to, as this process sees it; that of every box.
  Result<uid_t> user() const;
  int control() const { return control_.get(); }
  const model::Tool& tool() const { return tool_; }
  const std::vector<model::Layer>& layers() const { return layers_; }

 private:
  class Child;  ///< keeps Boost.Process out of this header
  RunnerProcess();

  Status greet();

  std::unique_ptr<Child> child_;
  UniqueFd control_;
  model::Tool tool_;
  std::vector<model::Layer> layers_;
};

/// A kFailed message as an Error.
Error read_failure(const std::string& payload);

}  // namespace assay::sandbox
