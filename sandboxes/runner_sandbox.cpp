#include "sandboxes/runner_sandbox.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "harness/base/base64.h"
#include "harness/base/one_line.h"
#include "harness/base/sha256.h"
#include "harness/model/value.h"
#include "sandboxes/box_result.h"
#include "sandboxes/codec.h"
#include "sandboxes/lockstep.h"

namespace assay::sandbox {
namespace {

using model::OutcomeKind;
using std::chrono::steady_clock;

/// The name by which exercises tell a candidate where the warehouse is.
constexpr const char* kWarehouseUrl = "WAREHOUSE_URL";
/// A MemoryError counts as the memory limit only where this share of it was really used; one that
/// asks for a terabyte is an error of the program like any other.
constexpr double kConfirmedShare = 0.75;

/// Submissions come one after the other, with one entry or a few (a draft's as well).
constexpr std::size_t kMaxCodes = 16;
constexpr std::size_t kMaxCodeBytes = 1 << 20;
/// What is beyond is compiled by each case that imports it.
constexpr std::size_t kMaxSourceBytes = 512 << 10;

using Codes = std::map<std::string, std::string>;
using Entries = std::vector<std::pair<std::string, const Json*>>;

double ms_between(SteadyTime from, SteadyTime to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

box::BoxSpec spec_of(const model::Limits& limits) {
  return {.memory = limits.memory_bytes,
          .processes = limits.processes,
          .scratch = limits.scratch_bytes,
          .scratch_inodes = limits.scratch_inodes,
          .cpu_ms = limits.cpu_ms};
}

const char* name_of(Job::Kind kind) {
  switch (kind) {
    case Job::Kind::kCall:
      return "call";
    case Job::Kind::kInspect:
      return "inspect";
    case Job::Kind::kCompile:
      return "compile";
    case Job::Kind::kUnpack:
      return "unpack";
  }
  ASSAY_ASSERT(false, "a job of no kind");
}

Json options_of(const Unpacking& unpacking) {
  return {{"archive", unpacking.archive},       {"named", unpacking.named_entry},
          {"draft", unpacking.draft_file},      {"tool_folders", unpacking.tool_folders},
          {"file_bytes", unpacking.file_bytes}, {"notebook_bytes", unpacking.notebook_bytes},
          {"entries", unpacking.entries},       {"unpacked_bytes", unpacking.unpacked_bytes},
          {"ratio", unpacking.ratio},           {"ratio_from", unpacking.ratio_from}};
}

Json encode_codes(const Codes& codes) {
  Json encoded = Json::object();
  for (const auto& [path, code] : codes) encoded[path] = Json::binary({code.begin(), code.end()});
  return encoded;
}

/// As sandboxes/runner/candidate.h has it.
std::string encode_job(const Job& job, const Codes& codes) {
  Json files = Json::array();
  for (const auto& file : job.files) {
    files.push_back(
        {{"path", file.path}, {"bytes", Json::binary({file.bytes.begin(), file.bytes.end()})}});
  }
  Json document = {
      {"kind", name_of(job.kind)},      {"files", std::move(files)},
      {"file", job.entry.file},         {"function", job.entry.function},
      {"arguments", job.arguments},     {"environment", job.environment},
      {"watch_lines", job.watch_lines}, {"seed", static_cast<std::int64_t>(job.seed & INT64_MAX)},
      {"now_ns", to_ns(job.now)},       {"limits", {{"value_bytes", job.limits.value_bytes}}}};
  if (job.real_time > 0) document["real_time"] = job.real_time;
  if (job.kind == Job::Kind::kUnpack) document["unpack"] = options_of(job.unpacking);
  if (job.variation != 0) document["variation"] = job.variation;
  if (!codes.empty()) document["codes"] = encode_codes(codes);
  return codec::encode(document);
}

/// Of a value that is bytes in Python (harness/model/value.h); empty for any other.
std::string bytes_of(const Json& value) {
  if (!value.is_object() || value.value("$type", "") != "bytes") return {};
  return base64_decode(value.value("base64", "")).value_or(std::string());
}

/// The entry, whatever its size, and of the other Python files as many as there is room for. None
/// where there is no entry: then nothing will run.
std::vector<model::SourceFile> files_to_compile(const Job& job) {
  std::vector<model::SourceFile> files;
  std::size_t room = kMaxSourceBytes;
  const auto add = [&](const model::SourceFile& file) {
    if (file.bytes.size() > room) return;
    room -= file.bytes.size();
    files.push_back(file);
  };
  for (const model::SourceFile& file : job.files)
    if (file.path == job.entry.file) files.push_back(file);
  if (files.empty()) return files;
  for (const model::SourceFile& file : job.files)
    if (file.path != job.entry.file && file.path.ends_with(".py")) add(file);
  return files;
}

std::string key_of(const std::vector<model::SourceFile>& files) {
  std::string all;
  for (const model::SourceFile& file : files) {
    for (const std::string_view part : {std::string_view(file.path), std::string_view(file.bytes)})
      all += std::to_string(part.size()) + ':' + std::string(part);
  }
  return sha256_hex(all);
}

/// Of what a job of kind kCompile gave: as many as there is room for.
Codes codes_in(const Json& value) {
  Codes codes;
  std::size_t room = kMaxCodeBytes;
  for (const auto& [path, code] : model::entries(value).value_or(Entries())) {
    std::string text = bytes_of(*code);
    if (text.empty() || text.size() > room) continue;
    room -= text.size();
    codes[path] = std::move(text);
  }
  return codes;
}

/// Plain boxes have no network of their own, so their warehouse has a port that is known only now.
void point_to(std::map<std::string, std::string>& environment, int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (const auto url = environment.find(kWarehouseUrl); url != environment.end())
    url->second = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

/// By the limit of the kernel, which comes first where the worker is slow to see that its own is
/// reached.
bool killed_for_cpu_time(const BoxEnd& end, const model::Limits& limits) {
  const int status = end.candidate_status;
  return status >= 0 && WIFSIGNALED(status) &&
         (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU) &&
         end.user_us + end.system_us >= limits.cpu_ms * 1000;
}

model::Outcome outcome_of_end(const BoxEnd& end, const model::Limits& limits) {
  const int status = end.candidate_status;
  model::Outcome outcome;
  if (killed_for_cpu_time(end, limits)) {
    outcome.kind = OutcomeKind::kCpuTime;
    outcome.detail = out_of_cpu_time(limits);
  } else if (WIFEXITED(status) && status >= 0) {
    outcome.kind = OutcomeKind::kExited;
    outcome.exit_code = WEXITSTATUS(status);
    outcome.detail = "the process left without a result";
  } else if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    outcome.signal = signal;
    outcome.kind = signal == SIGSYS ? OutcomeKind::kPolicy : OutcomeKind::kSignaled;
    if (signal == SIGSYS) outcome.detail = "it made a system call that is not allowed";
  } else {
    outcome.kind = OutcomeKind::kSignaled;
    outcome.signal = SIGKILL;
    outcome.detail = "the box ended with all in it";
  }
  return outcome;
}

bool is_memory_error(const model::Outcome& outcome) {
  return outcome.exception &&
         std::find(outcome.exception->types.begin(), outcome.exception->types.end(),
                   "MemoryError") != outcome.exception->types.end();
}

model::Observation harness_fault(const Error& error) {
  model::Observation observation;
  observation.outcome.kind = OutcomeKind::kHarnessFault;
  observation.outcome.detail = in_one_line(error);
  return observation;
}

model::Observation needs_box() {
  model::Observation observation = harness_fault(environment_error(
      "this case refuses connections or lets them time out, which only a box can do",
      "Grade without --no-sandbox."));
  observation.notes.push_back(std::string(kNoteNeedsBox) +
                              ": a plain process has no network of its own");
  return observation;
}

/// The candidate's own account, where it gave one that can be read.
void apply_result(model::Observation& observation, CaseRecord& record, const Job& job) {
  auto result = read_box_result(*record.result);
  if (!result) {
    observation.outcome = {.kind = OutcomeKind::kPolicy,
                           .detail = "the box sent something that is not a result"};
    return;
  }
  observation.outcome = std::move(result->outcome);
  if (result->value) {
    observation.value = std::move(*result->value);
    observation.has_value = true;
  }
  observation.functions_run = std::move(result->functions_run);
  observation.network_callers = std::move(result->network_callers);
  observation.lines_run = std::move(result->lines_run);
  observation.lines_whole = result->lines_whole;
  // Forwards only, and no further than the case may go.
  const VirtualTime end = job.now + std::chrono::milliseconds(job.limits.virtual_ms);
  record.clock = std::max(record.clock, std::min(result->clock, end));
  const auto confirmed = static_cast<double>(job.limits.memory_bytes) * kConfirmedShare;
  if (is_memory_error(observation.outcome) &&
      static_cast<double>(record.peak_memory_bytes) >= confirmed) {
    observation.outcome.kind = OutcomeKind::kMemory;
    observation.outcome.detail = beyond_memory(job.limits, "MemoryError");
  }
}

model::Usage usage_of(const HostBox& box, const CaseRecord& record) {
  model::Usage usage;
  usage.wall_ms = ms_between(record.went, record.finished);
  if (box.end) {
    usage.cpu_user_ms = static_cast<double>(box.end->user_us) / 1000;
    usage.cpu_system_ms = static_cast<double>(box.end->system_us) / 1000;
    usage.written_bytes = box.end->written_bytes;
  }
  usage.peak_memory_bytes = record.peak_memory_bytes;
  usage.processes_at_most = record.processes_at_most;
  usage.output_bytes = record.output_bytes;
  const auto& times = box.times;
  usage.steps = {{"init", ms_between(times.asked, times.listening)},
                 {"fork", ms_between(times.listening, times.born)},
                 {"ready", ms_between(times.born, times.ready)},
                 {"job", ms_between(record.went, record.sent)},
                 {"run", ms_between(record.sent, record.finished)},
                 {"teardown", ms_between(record.finished, record.gone)}};
  if (box.moving)
    usage.steps["moving"] = std::chrono::duration<double, std::milli>(*box.moving).count();
  return usage;
}

}  // namespace

RunnerSandbox::RunnerSandbox(SandboxOptions options, Backend backend)
    : options_(std::move(options)), backend_(backend) {}

RunnerSandbox::~RunnerSandbox() {
  for (auto& [warmth, lane] : lanes_) {
    if (lane.line) lane.line->discard(std::move(lane.ahead));
  }
}

Result<std::unique_ptr<Sandbox>> RunnerSandbox::open(const SandboxOptions& options,
                                                     Backend backend) {
  std::unique_ptr<RunnerSandbox> sandbox(new RunnerSandbox(options, backend));
  ASSAY_TRY(const Lane* lane, sandbox->ready_lane({.image = Image::kLean}));
  sandbox->layers_ = lane->line->layers();
  sandbox->tool_ = lane->line->runner().tool();
  return std::unique_ptr<Sandbox>(std::move(sandbox));
}

Result<RunnerSandbox::Lane*> RunnerSandbox::ready_lane(Warmth warmth) {
  Lane& lane = lanes_[warmth];
  if (lane.line && !lane.line->broken()) return &lane;
  lane.ahead.reset();
  lane.line.reset();
  ASSAY_TRY(lane.line, RunnerLine::open(options_, backend_, warmth));
  return &lane;
}

Result<std::unique_ptr<HostBox>> RunnerSandbox::take_box(Lane& lane, const box::BoxSpec& spec) {
  if (lane.ahead && lane.ahead->spec == spec) return std::move(lane.ahead);
  lane.line->discard(std::move(lane.ahead));
  return lane.line->order(spec);
}

void RunnerSandbox::make_ahead(Lane& lane, const box::BoxSpec& spec) const {
  if (!options_.prepare_ahead || lane.ahead) return;
  // Where it fails now, the next job finds out and says so.
  if (auto box = lane.line->order(spec); box.ok()) lane.ahead = std::move(*box);
}

namespace {

Status give_control(Peer& peer, HostBox& box) {
  if (!peer.shuts_out()) return success();
  ASSAY_ASSERT(box.network.has_value(), "a box came without the control of its network");
  return peer.control(*std::exchange(box.network, std::nullopt));
}

}  // namespace

/// Compiles the Python files of a job in a box of its own, once for all jobs with those files,
/// whatever their variation: the compiler promises the same code in every order. What comes out of
/// that box is a stranger's like the files that went in, and goes back into boxes with the same
/// files only. A file that `codes` lacks is compiled by each box for itself. The observation is
/// that of a harness that failed.
std::optional<model::Observation> RunnerSandbox::find_codes(const Job& job, Codes& codes) {
  if (job.kind != Job::Kind::kCall || backend_ != Backend::kBox) return std::nullopt;
  Job compile;
  compile.kind = Job::Kind::kCompile;
  compile.files = files_to_compile(job);
  compile.entry = job.entry;
  compile.now = job.now;
  compile.limits = job.limits;
  if (compile.files.empty()) return std::nullopt;
  const std::string key = key_of(compile.files);
  if (const auto known = codes_.find(key); known != codes_.end()) {
    codes = known->second;
    return std::nullopt;
  }
  // A file that takes the compiler too far takes the others with it, so the entry goes alone then.
  for (; codes.empty() && !compile.files.empty();
       compile.files.resize(compile.files.size() > 1 ? 1 : 0)) {
    const auto peer = make_silent_peer();
    model::Observation observation = run_in_box(compile, *peer, {});
    if (observation.outcome.kind == OutcomeKind::kHarnessFault) return observation;
    codes = codes_in(observation.value);
  }
  if (codes_.size() >= kMaxCodes) codes_.clear();
  codes_[key] = codes;
  return std::nullopt;
}

model::Observation RunnerSandbox::run(const Job& job, Peer& peer) {
  if (backend_ == Backend::kProcess && peer.shuts_out()) return needs_box();
  Codes codes;
  if (auto fault = find_codes(job, codes)) return std::move(*fault);
  return run_in_box(job, peer, codes);
}

model::Observation RunnerSandbox::run_in_box(const Job& job, Peer& peer, const Codes& codes) {
  auto ready = ready_lane(warmth_for(job));
  if (!ready.ok()) return harness_fault(ready.error());
  Lane& lane = **ready;
  auto box = take_box(lane, spec_of(job.limits));
  if (!box.ok()) return harness_fault(box.error());
  model::Observation observation = observe(job, peer, codes, lane, **box);
  lane.line->discard(std::move(*box));
  return observation;
}

model::Observation RunnerSandbox::observe(const Job& job, Peer& peer, const Codes& codes,
                                          Lane& lane, HostBox& box) {
  const auto start = steady_clock::now();
  auto listener = lane.line->await_ready(box);
  if (!listener.ok()) return harness_fault(listener.error());
  Job sent = job;
  if (backend_ == Backend::kProcess) point_to(sent.environment, listener->get());
  const std::string job_bytes = encode_job(sent, codes);
  peer.listen(std::move(*listener));
  if (auto controlled = give_control(peer, box); !controlled.ok())
    return harness_fault(controlled.error());
  make_ahead(lane, box.spec);

  CaseRecord record = run_case(*lane.line, box, peer, job, job_bytes);
  if (record.runner_broke) return harness_fault(environment_error("assay-runner broke off"));

  model::Observation observation;
  observation.notes = std::move(record.notes);
  observation.waits = std::move(record.waits);
  if (record.out_of_memory) {
    // Whichever of its processes the kernel took, and whatever the others said or reached by then.
    observation.outcome.kind = OutcomeKind::kMemory;
    observation.outcome.detail = beyond_memory(job.limits, kNoMoreMemory);
  } else if (record.ended) {
    observation.outcome = *record.ended;
  } else if (record.result) {
    apply_result(observation, record, job);
  } else {
    observation.outcome = outcome_of_end(*box.end, job.limits);
  }
  observation.out = std::move(record.out);
  observation.err = std::move(record.err);
  observation.virtual_time = record.clock - job.now;
  observation.run = usage_of(box, record);
  observation.run.steps["wait"] = ms_between(start, record.went);
  return observation;
}

}  // namespace assay::sandbox
