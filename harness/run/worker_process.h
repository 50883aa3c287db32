#pragma once

// One `assay worker` process and the socket to it.
//
// The destructor kills the process, and with it its runner and boxes, and reaps it. Used from the
// thread that started it: the worker asks the kernel to end with that thread.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"

namespace assay::run {

enum class Backend { kBox, kProcess };
std::string_view to_string(Backend);
std::optional<Backend> backend_from(std::string_view);

struct WorkerStart {
  std::string assay;   ///< path of the binary that has the subcommand `worker`
  std::string runner;  ///< path of assay-runner
  Backend backend = Backend::kBox;
  int cpu = 0;  ///< the core that the worker and its boxes share
};

/// Time for a worker to warm its runner, on a busy machine.
inline constexpr std::chrono::milliseconds kWorkerStartTimeout{120'000};
/// Workers that end before they are ready, in a row, until a run is given up.
inline constexpr int kMaxFailedWorkerStarts = 3;
/// What is told then of the last; `death` as of WorkerProcess::end().
Error never_ready(const std::string& death);
/// For one that is not needed any more to leave.
inline constexpr std::chrono::milliseconds kWorkerEndGrace{2'000};

/// The descriptor under which a worker finds its socket.
inline constexpr int kWorkerSocketFd = 3;

class WorkerProcess {
 public:
  static Result<WorkerProcess> start(const WorkerStart& options);
  WorkerProcess(WorkerProcess&&) noexcept = default;
  WorkerProcess& operator=(WorkerProcess&&) noexcept;
  ~WorkerProcess();

  /// Our end of the socket: non-blocking, readable at the worker's messages and at its end.
  int socket() const { return socket_.get(); }
  pid_t pid() const { return pid_; }

  /// Closes our end, upon which an idle worker leaves.
  void hang_up() { socket_.reset(); }

  /// Waits for its end for at most `grace`, then kills; reaps. How it ended, in words ("killed by
  /// signal 9", "left with exit code 70").
  std::string end(std::chrono::milliseconds grace = {});

 private:
  WorkerProcess(pid_t pid, UniqueFd pidfd, UniqueFd socket);

  pid_t pid_ = -1;
  UniqueFd pidfd_;  ///< valid until the process is reaped
  UniqueFd socket_;
};

}  // namespace assay::run
