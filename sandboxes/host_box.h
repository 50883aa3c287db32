#pragma once

// Boxes from the worker's side, and the line to the runner that makes them.
//
// In: a warm runner. Out: boxes that are ready for a job, and what became of them. The line owns
// the runner, and its caller owns the boxes; boxes end before their line does. One thread: whoever
// polls the control socket calls take_message().

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "sandboxes/box/cgroup.h"
#include "sandboxes/box/layer.h"
#include "sandboxes/protocol.h"
#include "sandboxes/runner_process.h"

namespace assay::sandbox {

using SteadyTime = std::chrono::steady_clock::time_point;

/// How a box ended, by kBoxGone.
struct BoxEnd {
  int candidate_status = -1;  ///< as of wait(2); -1 where init could not tell
  int init_status = 0;
  std::int64_t user_us = 0;
  std::int64_t system_us = 0;
  std::int64_t peak_resident_kib = 0;
  std::optional<std::int64_t> written_bytes;  ///< as of model::Usage
};

/// A temporary folder on the host; removed with its owner. For plain boxes.
class WorkFolder {
 public:
  static Result<WorkFolder> make();
  WorkFolder() = default;
  WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WorkFolder& operator=(WorkFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~WorkFolder();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What is said of a box to which its cgroup gave no more: the same whichever process the kernel
/// ended for it, and whether the worker was the one to end the others.
inline constexpr const char* kNoMoreMemory = "the kernel gave it no more";

struct MemoryOverrun {
  const char* how;         ///< in words
  std::int64_t bytes = 0;  ///< what it had; 0 where its cgroup tells
};

struct HostBox {
  std::uint32_t id = 0;
  box::BoxSpec spec;
  UniqueFd channel;
  UniqueFd out;
  UniqueFd err;
  UniqueFd pidfd;  ///< of init; valid from kBoxBorn on
  int candidate_pid = 0;
  /// What the candidate has of the warm image as it is born; only of a box without a cgroup.
  std::int64_t image_bytes = 0;
  WorkFolder folder;                    ///< plain boxes only
  std::unique_ptr<box::Cgroup> cgroup;  ///< null where there are none
  /// How long it took to move the candidate there; nothing where it was born there.
  std::optional<std::chrono::nanoseconds> moving;
  std::optional<NetworkControl> network;  ///< from await_ready on; none of a plain box
  std::optional<BoxEnd> end;
  struct {
    SteadyTime asked, listening, born, ready;
  } times;  ///< in this order, as the runner's processes saw them

  /// Ends every process of the box at once.
  void kill();
  /// Of every process of the box: by its cgroup, or as process_tree.h tells it.
  std::chrono::nanoseconds cpu_used() const;
  std::chrono::nanoseconds waited_for_cpu() const;
  /// How it went beyond `bytes` as a whole; nothing where it did not. By its cgroup, where the
  /// kernel has ended something in there; without one, by what its processes have beside the warm
  /// image, of which less than the image may be missed.
  std::optional<MemoryOverrun> memory_overrun(std::int64_t bytes) const;
  bool all_asleep() const;
};

class RunnerLine {
 public:
  static Result<std::unique_ptr<RunnerLine>> open(const SandboxOptions& options, Backend backend,
                                                  Warmth warmth);
  ~RunnerLine();

  const RunnerProcess& runner() const { return *runner_; }
  const std::vector<model::Layer>& layers() const { return layers_; }
  int control() const { return runner_->control(); }

  /// Orders a box; it is made while the caller does something else.
  Result<std::unique_ptr<HostBox>> order(const box::BoxSpec& spec);

  /// Waits until the box is ready for its job and gives its listener.
  Result<UniqueFd> await_ready(HostBox& box);

  /// Reads one message of the control socket and acts on it. False: the runner is broken.
  bool take_message();

  /// Waits for the end of a box that was killed or is leaving.
  bool await_end(HostBox& box, std::chrono::milliseconds patience);

  /// Takes a box back: its end was seen, or it is killed now.
  void discard(std::unique_ptr<HostBox> box);

  bool broken() const { return broken_; }

 private:
  RunnerLine() = default;
  /// A cgroup with the box's limits; null where there are none.
  Result<std::unique_ptr<box::Cgroup>> take_cgroup(const box::BoxSpec& spec);
  Status born(HostBox& box, UniqueFd init, const UniqueFd& candidate, bool in_cgroup);
  /// Waits for the control socket, which it serves, and for `fd`; true where `fd` has something.
  /// May return early.
  bool wait_readable(int fd, SteadyTime until);

  std::unique_ptr<box::Cgroups> cgroups_;  ///< null where there are none
  std::unique_ptr<RunnerProcess> runner_;
  Backend backend_ = Backend::kBox;
  std::vector<model::Layer> layers_;
  std::map<std::uint32_t, HostBox*> boxes_;
  std::vector<std::unique_ptr<box::Cgroup>> idle_cgroups_;
  std::uint32_t last_id_ = 0;
  bool broken_ = false;
  std::string why_broken_;
};

}  // namespace assay::sandbox
