#pragma once

// What one case did. Says nothing of good or bad. Everything but `run` is the same for the same
// submission and plan, wherever and whenever it runs.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/json.h"
#include "harness/model/wait.h"

namespace assay::model {

enum class OutcomeKind {
  kReturned,
  kRaised,
  kExited,  ///< the process left without a result: sys.exit, os._exit
  kSignaled,
  kCpuTime,
  kWallTime,
  kVirtualTime,  ///< the virtual limit, or all blocked for good
  kMemory,
  kOutput,
  kPolicy,        ///< ended by the system call filter
  kHarnessFault,  ///< ours, before "go" or in our own processes; never caused by a candidate
  kNotRun,        ///< given up, for what other cases did: harness/run/trial.h
};
std::string_view to_string(OutcomeKind);
/// Whether it says anything of the candidate.
constexpr bool has_run(OutcomeKind kind) {
  return kind != OutcomeKind::kHarnessFault && kind != OutcomeKind::kNotRun;
}

/// Code of the candidate. Lines count from 1; `function` is the qualified name, "<module>" for a
/// file.
struct Frame {
  std::string file;
  int line = 0;
  std::string function;

  bool operator==(const Frame&) const = default;
};

/// Lines of a file of the candidate's, ascending.
struct LinesRun {
  std::string file;
  std::vector<int> lines;
  /// Those at which an exception was taken, as of sandboxes/runner/watch_lines.h.
  std::vector<int> took;

  bool operator==(const LinesRun&) const = default;
};

struct Exception {
  std::vector<std::string> types;  ///< method resolution order, "urllib.error.HTTPError" first
  std::string message;             ///< str(e), bounded; empty where that failed
  std::vector<Frame> traceback;    ///< frames in the candidate's files only, outermost first
  bool own_raise = false;          ///< the innermost frame of all is a `raise` of the candidate's
  bool during_import = false;
  std::vector<std::string> cause_types;  ///< first types of __cause__ or __context__, nearest first
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kHarnessFault;
  std::string detail;                  ///< one plain sentence where there is more to say
  std::optional<Exception> exception;  ///< kRaised
  std::optional<int> exit_code;        ///< kExited
  std::optional<int> signal;           ///< kSignaled
};

/// Bytes that a candidate wrote, as valid UTF-8.
struct Stream {
  std::string text;
  std::int64_t bytes = 0;  ///< all that was written, as far as it was read
  bool cut = false;
};

enum class Phase { kImport, kCall };
std::string_view to_string(Phase);

/// How an answer ended on the wire.
enum class WireEnd { kFin, kRst, kKeepAlive, kClientClosed, kOpen };
std::string_view to_string(WireEnd);

inline constexpr std::string_view kFaultSeam = " + ";
/// The names in a Request's `fault`; views of it.
std::vector<std::string_view> fault_names(std::string_view fault);
/// Whether `name` is one of them.
bool has_fault(std::string_view fault, std::string_view name);

/// One request as the warehouse saw it; the journal is a list of these.
struct Request {
  int seq = 0;         ///< counts from 1 in a case
  int connection = 0;  ///< counts from 1 in a case
  int position = 0;    ///< on its connection, from 1
  Phase phase = Phase::kCall;
  Duration at{};          ///< virtual time since the case's `now`
  Duration gap{};         ///< since the end of the request before; 0 for the first
  std::string operation;  ///< "get_partition", "list_partitions", …; "unknown"
  std::string method;
  std::string target;            ///< bounded
  Json headers = Json::array();  ///< [[name, value]…], bounded; Authorization is "sha256:…"
  std::string body_sha256;       ///< empty where there is no body
  std::string body;              ///< bounded, valid UTF-8
  std::string sql;
  std::optional<int> rule;  ///< index in the script; none: the world answered
  std::optional<int> step;  ///< index in the rule
  /// Name; of a step with several, those that show, joined by kFaultSeam; "script_exhausted" where
  /// the steps were used up.
  std::string fault;
  std::optional<int> status;    ///< HTTP status sent; none where none was
  std::string retry_after;      ///< the answer's header of that name, as it was to be sent
  bool next_page = false;       ///< the world's answer said that there is a further page
  std::int64_t bytes_sent = 0;  ///< of the answer, head and body
  WireEnd end = WireEnd::kOpen;
  std::optional<Duration> ended_at;  ///< since the case's `now`; of kClientClosed, when it was seen
};

/// Use of the machine by all processes of a case's box, for the report's `run`; differs between
/// runs. What the host does not count is left out.
struct Usage {
  double wall_ms = 0;
  double cpu_user_ms = 0;
  double cpu_system_ms = 0;
  std::int64_t peak_memory_bytes = 0;             ///< of the box at once, as far as it is seen
  std::optional<std::int64_t> processes_at_most;  ///< at once, each thread of each; by a cgroup
  /// Given to write(2) and its like, whatever they went to: files, pipes, stdout; the job's files
  /// are in it, which a box writes itself. Not what a child wrote whose parent ignores SIGCHLD, nor
  /// an orphan of a plain process or of a box that the worker ended: the kernel counts none of it.
  std::optional<std::int64_t> written_bytes;
  std::int64_t output_bytes = 0;  ///< stdout and stderr, what was cut included
  int tries = 1;
  Json steps = Json::object();  ///< milliseconds by step of a case
};

struct Observation {
  std::string case_id;
  Outcome outcome;
  Json value;  ///< tagged, see model/value.h; null where nothing was returned
  bool has_value = false;
  Stream out;
  Stream err;
  Duration virtual_time{};  ///< from the case's `now` to its end
  std::vector<Request> requests;
  std::vector<Wait> waits;  ///< by their beginning; bounded, with a note where that cut any
  /// Functions of the candidate's files that were entered; the line is the def's.
  std::vector<Frame> functions_run;
  /// The candidate's innermost functions while a socket connected or sent.
  std::vector<Frame> network_callers;
  std::vector<LinesRun> lines_run;  ///< by file; only where the plan asks for it
  bool lines_whole = false;         ///< every line that ran is in `lines_run`
  std::vector<std::string> notes;   ///< "real_time: …", "requests_cut: …", …
  Usage run;
};

void to_json(Json&, const Frame&);
void from_json(const Json&, Frame&);
void to_json(Json&, const LinesRun&);
void from_json(const Json&, LinesRun&);
void to_json(Json&, const Exception&);
void from_json(const Json&, Exception&);
void to_json(Json&, const Outcome&);
void from_json(const Json&, Outcome&);
void to_json(Json&, const Stream&);
void from_json(const Json&, Stream&);
void to_json(Json&, const Request&);
void from_json(const Json&, Request&);
void to_json(Json&, const Usage&);
void from_json(const Json&, Usage&);
void to_json(Json&, const Observation&);
void from_json(const Json&, Observation&);

}  // namespace assay::model
