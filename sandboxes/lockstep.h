#pragma once

// The loop that runs one job in a box that is ready for it, and owns the time that is recorded.
//
// Theory of operation. In lockstep nothing is read from the peer's sockets until the box says that
// all in it is blocked. Loopback delivers within the sender's call, so by then everything that was
// sent is there. The peer acts until nothing moves; if it did anything, the box goes on at the same
// time; otherwise the clock jumps to whatever comes first, the box's deadline or the peer's next
// event. Neither of them: blocked for good. How fast the machine is shows nowhere.
//
// In real time (a box that started a process, or a job that asks for it) the clock runs by itself,
// and the peer is served as its descriptors become ready. Where it was asked for, the clock has a
// speed, and the box lets the peer look before and after its attempts to connect, which no
// descriptor tells.
//
// In: a ready box, its job, its peer. Out: what happened, undecoded. One thread; returns when the
// box is gone, or the runner broke.

#include <optional>
#include <string>
#include <vector>

#include "harness/model/observation.h"
#include "sandboxes/host_box.h"
#include "sandboxes/sandbox.h"

namespace assay::sandbox {

struct CaseRecord {
  /// Why the worker ended the box, where it did.
  std::optional<model::Outcome> ended;
  /// The result as it came, whole, where one did.
  std::optional<std::string> result;
  model::Stream out;
  model::Stream err;
  VirtualTime clock;  ///< as last accepted
  std::vector<model::Wait> waits;
  std::vector<std::string> notes;
  bool runner_broke = false;
  bool out_of_memory = false;  ///< the cgroup says so
  std::int64_t peak_memory_bytes = 0;
  std::optional<std::int64_t> processes_at_most;  ///< as of model::Usage
  std::int64_t output_bytes = 0;
  SteadyTime went, sent, finished, gone;  ///< "go", the job, the last word, the box's end
};

/// What an outcome of kind kMemory says: the same wherever it runs. The peak, which is not, is
/// among what the case used. `how`: "the kernel gave it no more".
std::string beyond_memory(const model::Limits& limits, const char* how);

/// What an outcome of kind kCpuTime says.
std::string out_of_cpu_time(const model::Limits& limits);

/// `job_bytes` is the encoded job; box and line as in host_box.h.
CaseRecord run_case(RunnerLine& line, HostBox& box, Peer& peer, const Job& job,
                    const std::string& job_bytes);

}  // namespace assay::sandbox
