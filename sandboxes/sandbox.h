#pragma once

// The contract of a sandbox: what it takes, gives, guarantees, and does not.
//
// A Sandbox is a warm assay-runner process, or a few (image.h), and the boxes that they fork, one
// for each Job. It is used from one thread. `run` returns when the box and every process in it is
// gone.
//
// Guaranteed, by the box backend (sandboxes/box/, a file a layer), for code that is hostile and
// native:
//   - no file of the host but the system's Python libraries, read-only; no other submission, no
//     hidden case, no expectation; scratch space of bounded size and number of files, gone
//     afterwards;
//   - no network but the one listening socket that is handed to the Peer;
//   - no process outlives its job, whatever it forked, ignored or detached from;
//   - processes, memory, cpu, wall time, output and the size of the value are bounded (how strictly
//     memory is, depends on cgroups: see layers());
//   - no capability, no set-uid, no system call outside a list, no way to see or signal a process
//     outside the box;
//   - what the candidate does is an Observation, never an Error. A bad or missing answer from a box
//     after the job was sent is the candidate's outcome.
//
// Not guaranteed: protection from a bug in the kernel itself, from side channels (timing, caches),
// or from the denial of memory bandwidth and cpu caches. Who needs those puts a virtual machine
// around it. The process backend guarantees none of the above: it is for authors, on code that they
// trust.

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/base/unique_fd.h"
#include "harness/model/environment.h"
#include "harness/model/exercise.h"
#include "harness/model/observation.h"
#include "sandboxes/variation.h"

namespace assay::sandbox {

/// What a job of kind kUnpack makes of its files: those of a submission
/// (sandboxes/runner/submission.py), within limits. The names are the exercise's and the grader's,
/// not the candidate's.
struct Unpacking {
  bool archive = false;     ///< the one file is an archive, whatever it is called
  std::string named_entry;  ///< taken for the entry file where there is none; may be empty
  std::string draft_file;   ///< never taken for it; may be empty
  std::vector<std::string> tool_folders;  ///< names that are left out, as hidden ones are
  std::int64_t file_bytes = 0;
  std::int64_t notebook_bytes = 0;
  std::int64_t entries = 0;         ///< of an archive
  std::int64_t unpacked_bytes = 0;  ///< the same, entries that are left out included
  std::int64_t ratio = 0;           ///< of those to the archive's own, where they are more than …
  std::int64_t ratio_from = 0;      ///< … this
};

/// What goes into a box, all of it: no case id, no label, no expectation.
struct Job {
  enum class Kind {
    kCall,     ///< import entry.file, call entry.function(*arguments)
    kInspect,  ///< read the files' source with Python's ast; the value is the inspection
    kCompile,  ///< compile the files that are Python; the value is a dict of their code in
               ///< marshal's form by path, without those that do not compile without a word
    kUnpack,   ///< take an archive or a folder apart, without running any of it; the value is a
               ///< dict of lists, as sandboxes/runner/submission.py gives it
  };
  Kind kind = Kind::kCall;
  std::vector<model::SourceFile> files;  ///< the working folder
  model::EntryPoint entry;
  Json arguments = Json::array();
  std::map<std::string, std::string> environment;
  std::uint64_t seed = 0;   ///< of random and getrandom, and of the orders of a variation
  Variation variation = 0;  ///< 0: as every case is run that is not to be varied
  VirtualTime now;
  /// 0: the clock is virtual. Else the case runs in real time from its start, by a clock that goes
  /// so many times as fast, for box and peer alike; its limit of real time is then beside what its
  /// limit of virtual time takes.
  int real_time = 0;
  bool watch_lines = false;  ///< tell which lines of the files ran; costs time
  Unpacking unpacking;       ///< of kUnpack alone
  model::Limits limits;
};

/// What a Peer needs that refuses connections, or lets those wait who ask for one: the socket that
/// listens can be shut from outside, but who came in vain is known to the box's network alone.
struct NetworkControl {
  UniqueFd filler;    ///< a TCP socket of that network, non-blocking and not connected
  UniqueFd counters;  ///< the folder /proc/<pid>/net of a process in it
};

/// Who answers the box's requests: the mock warehouse, seen from the loop that owns the clock. All
/// calls come from the thread that runs the job.
class Peer {
 public:
  virtual ~Peer() = default;

  /// Takes the socket that listens inside the box. Called once, before the candidate's code runs.
  virtual void listen(UniqueFd listener) = 0;

  /// Whether it keeps clients out. The process backend has no network of its own, so that nobody
  /// could say who came in vain: a job with such a peer does not run there, and is a harness fault
  /// with kNoteNeedsBox.
  virtual bool shuts_out() const { return false; }
  /// Behind listen(), for a peer that keeps clients out. An error is a harness fault.
  virtual Status control(NetworkControl) { return success(); }

  /// Reads and writes all that can be now, at `now`. True where it sent, closed or reset anything,
  /// so that a blocked candidate may have become ready. Blocks for nothing but its work_time().
  virtual bool pump(VirtualTime now) = 0;

  /// When it will next have something to do by itself, or nothing.
  virtual std::optional<VirtualTime> next_event() const = 0;

  /// Real time for which it has kept the candidate waiting by work of its own, since the start. It
  /// does not count towards the wall limit.
  virtual std::chrono::nanoseconds work_time() const { return {}; }

  /// Descriptors to wait for in real time (added to `fds`).
  virtual void poll_fds(std::vector<pollfd>& fds) const = 0;

  /// The candidate's file is imported; what comes now belongs to the call.
  virtual void enter_call() = 0;

  /// The candidate is gone: reads what is left, closes everything.
  virtual void finish(VirtualTime now) = 0;
};

/// A Peer for jobs that need none: refuses nothing, answers nothing.
std::unique_ptr<Peer> make_silent_peer();

/// How notes of an observation begin that say what became of the case's time: its clock ran by
/// itself; a thread did not give way to others, so their order is not the same every time; it slept
/// where no clock of ours can wake it.
inline constexpr std::string_view kNoteRealTime = "real_time";
inline constexpr std::string_view kNoteOrderNotFixed = "order_not_fixed";
inline constexpr std::string_view kNoteOutsideVirtualTime = "outside_virtual_time";
/// And how one begins that says why the case cannot be run by this backend, however often.
inline constexpr std::string_view kNoteNeedsBox = "needs_box";

class Sandbox {
 public:
  virtual ~Sandbox() = default;

  /// Runs one job to its end. The observation's `requests` and `case_id` are left empty: the caller
  /// has them. Its outcome is kHarnessFault only for failures before the job was sent, or of our
  /// own processes; a later call then starts a new runner.
  virtual model::Observation run(const Job& job, Peer& peer) = 0;

  /// The layers that this sandbox has, as found when it started.
  virtual const std::vector<model::Layer>& layers() const = 0;

  /// What the runner's Python is.
  virtual const model::Tool& tool() const = 0;
};

struct SandboxOptions {
  std::string runner;         ///< path of assay-runner
  std::optional<int> cpu;     ///< pin runner and boxes to this core
  bool prepare_ahead = true;  ///< make the next box while a case runs
};

/// The real one. kEnvironment where the host lacks what the guarantees rest on, with what and how
/// to get it.
Result<std::unique_ptr<Sandbox>> open_box_sandbox(const SandboxOptions& options);

/// A plain process: no isolation at all. For authors, behind an explicit flag.
Result<std::unique_ptr<Sandbox>> open_process_sandbox(const SandboxOptions& options);

/// Tries each layer for real, one by one; never fails. For `assay doctor`.
std::vector<model::Layer> probe_layers(const SandboxOptions& options);

}  // namespace assay::sandbox
