#include "harness/run/task.h"

#include <algorithm>

#include "mock_warehouse/script.h"

namespace assay::run {
namespace {

/// A case that reached its wall limit with less than this part of it spent on a core was waiting:
/// for the host, or on purpose.
constexpr double kStarvedPart = 0.25;

bool has_note(const model::Observation& seen, std::string_view what) {
  return std::ranges::any_of(seen.notes,
                             [&](const std::string& note) { return note.starts_with(what); });
}

/// About what a request takes in a report.
std::size_t weight_of(const model::Request& request) {
  constexpr std::size_t kFixedPart = 256;
  std::size_t bytes = kFixedPart + request.target.size() + request.body.size() + request.sql.size();
  for (const Json& header : request.headers)
    for (const Json& part : header)
      if (part.is_string()) bytes += part.get_ref<const std::string&>().size();
  return bytes;
}

std::size_t text_size(const Json& json) { return dump_json(json).size(); }

/// Keeps the beginning, whole characters of it.
void bound_stream(model::Stream& stream) {
  std::size_t size = 0, at = 0;
  for (; at < stream.text.size(); ++at) {
    constexpr std::size_t kEscaped = 6;  // \u0000
    size += static_cast<unsigned char>(stream.text[at]) < 0x20 ? kEscaped : 1;
    if (size > kMaxKeptStreamBytes) break;
  }
  if (at == stream.text.size()) return;
  while (at > 0 && (static_cast<unsigned char>(stream.text[at]) & 0xc0) == 0x80) --at;
  stream.text.resize(at);
  stream.cut = true;
}

}  // namespace

std::uint64_t case_seed(std::uint64_t plan_seed, const model::Case& the_case) {
  // FNV-1a over the seed's bytes and the id: stable across versions of the standard library.
  std::uint64_t hash = 14695981039346656037ULL;
  const auto add = [&](unsigned char byte) { hash = (hash ^ byte) * 1099511628211ULL; };
  for (int shift = 0; shift < 64; shift += 8) add(static_cast<unsigned char>(plan_seed >> shift));
  for (const char c : the_case.twin_of.value_or(the_case.id)) add(static_cast<unsigned char>(c));
  return hash;
}

std::vector<model::SourceFile> files_in_box(const model::Plan& plan,
                                            const model::Submission& submission) {
  std::vector<model::SourceFile> files = submission.files;
  std::vector<model::SourceFile> given = plan.starter;
  if (plan.draft) given.push_back(*plan.draft);
  for (const model::SourceFile& file : given) {
    const bool brought = std::ranges::any_of(
        submission.files, [&](const auto& own) { return model::collide(own.path, file.path); });
    if (!brought && file.path != plan.entry.file) files.push_back(file);
  }
  return files;
}

model::EntryPoint entry_of(const model::Plan& plan, const model::Submission& submission) {
  model::EntryPoint entry = plan.entry;
  if (!submission.entry_file.empty()) entry.file = submission.entry_file;
  return entry;
}

sandbox::Job call_job(const model::Plan& plan, const model::Submission& submission,
                      const model::Case& the_case) {
  sandbox::Job job;
  job.kind = sandbox::Job::Kind::kCall;
  job.files = files_in_box(plan, submission);
  job.entry = entry_of(plan, submission);
  job.arguments = the_case.arguments;
  job.watch_lines =
      plan.draft.has_value();  // which handlers were entered is compared with the draft's
  job.environment = model::environment_of(plan, the_case);
  job.seed = case_seed(plan.seed, the_case);
  job.now = the_case.now;
  job.limits = plan.limits;
  return job;
}

sandbox::Job inspection_job(const model::Plan& plan, const model::Submission& submission) {
  sandbox::Job job;
  job.kind = sandbox::Job::Kind::kInspect;
  job.files = files_in_box(plan, submission);  // what the starter's functions do counts as well
  job.entry = entry_of(plan, submission);
  job.seed = plan.seed;
  job.limits = plan.limits;
  return job;
}

std::vector<model::Request> bounded_journal(const std::vector<model::Request>& journal,
                                            std::vector<std::string>& notes) {
  std::vector<model::Request> kept;
  std::size_t bytes = 0;
  for (const model::Request& request : journal) {
    bytes += weight_of(request);
    if (kept.size() == kMaxKeptRequests || bytes > kMaxKeptRequestBytes) {
      notes.push_back("requests_cut: " + std::to_string(journal.size()) +
                      " requests were sent; the first " + std::to_string(kept.size()) +
                      " are kept");
      break;
    }
    kept.push_back(request);
  }
  return kept;
}

void bound(model::Observation& seen) {
  bound_stream(seen.out);
  bound_stream(seen.err);
  if (const std::size_t size = text_size(seen.value); size > kMaxKeptValueBytes) {
    seen.value = {{"$type", "cut"}, {"class", ""}, {"because", "size"}};
    seen.notes.push_back("value_cut: as JSON it has " + std::to_string(size) + " bytes");
  }
  const std::size_t size = text_size(seen.outcome) + text_size(seen.functions_run) +
                           text_size(seen.network_callers) + text_size(seen.lines_run);
  if (size <= kMaxKeptAccountBytes) return;
  seen.functions_run.clear();
  seen.network_callers.clear();
  seen.lines_run.clear();
  seen.lines_whole = false;
  if (seen.outcome.exception) {
    seen.outcome.exception->traceback.clear();
    seen.outcome.exception->message.clear();
  }
  seen.notes.push_back("account_cut: exception, functions and lines take " + std::to_string(size) +
                       " bytes as JSON");
}

std::vector<std::string> cases_that_need_box(const model::Plan& plan) {
  std::vector<std::string> ids;
  if (!plan.needs_warehouse) return ids;
  for (const model::Case& the_case : plan.cases)
    if (warehouse::Script(the_case.script, plan.seed).shuts_out()) ids.push_back(the_case.id);
  return ids;
}

std::string reason_to_retry(const model::Observation& seen, const model::Limits& limits) {
  if (has_note(seen, sandbox::kNoteNeedsBox)) return "";
  if (seen.outcome.kind == model::OutcomeKind::kHarnessFault)
    return "a fault of the harness: " + seen.outcome.detail;
  const double cpu_ms = seen.run.cpu_user_ms + seen.run.cpu_system_ms;
  if (seen.outcome.kind == model::OutcomeKind::kWallTime &&
      cpu_ms < kStarvedPart * static_cast<double>(limits.wall_ms) &&
      !has_note(seen, sandbox::kNoteOutsideVirtualTime))
    return "the wall limit was reached with little cpu used";
  return "";
}

model::Limits limits_of_retry(const model::Observation& seen, const model::Limits& limits) {
  model::Limits more = limits;
  if (seen.outcome.kind == model::OutcomeKind::kWallTime && !has_note(seen, sandbox::kNoteRealTime))
    more.wall_ms *= kRetryWallFactor;
  return more;
}

}  // namespace assay::run
