#include "harness/run/task.h"

#include <algorithm>

namespace assay::run {
namespace {

/// A case that reached its wall limit with less than this part of it spent on a core was waiting:
/// for the host, or on purpose.
constexpr double kStarvedPart = 0.25;

/// About what a request takes in a report.
std::size_t weight_of(const model::Request& request) {
  constexpr std::size_t kFixedPart = 256;
  std::size_t bytes = kFixedPart + request.target.size() + request.body.size() + request.sql.size();
  for (const Json& header : request.headers)
    for (const Json& part : header)
      if (part.is_string()) bytes += part.get_ref<const std::string&>().size();
  return bytes;
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
  for (const model::SourceFile& file : plan.starter) {
    const bool brought = std::ranges::any_of(
        submission.files, [&](const auto& own) { return own.path == file.path; });
    if (!brought && file.path != plan.entry.file) files.push_back(file);
  }
  return files;
}

sandbox::Job call_job(const model::Plan& plan, const model::Submission& submission,
                      const model::Case& the_case) {
  sandbox::Job job;
  job.kind = sandbox::Job::Kind::kCall;
  job.files = files_in_box(plan, submission);
  job.entry = plan.entry;
  job.arguments = the_case.arguments;
  job.environment = plan.environment;
  job.seed = case_seed(plan.seed, the_case);
  job.now = the_case.now;
  job.limits = plan.limits;
  return job;
}

sandbox::Job inspection_job(const model::Plan& plan, const model::Submission& submission) {
  sandbox::Job job;
  job.kind = sandbox::Job::Kind::kInspect;
  job.files = files_in_box(plan, submission);  // what the starter's functions do counts as well
  job.entry = plan.entry;
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

std::string reason_to_retry(const model::Observation& seen, const model::Limits& limits) {
  if (seen.outcome.kind == model::OutcomeKind::kHarnessFault)
    return "a fault of the harness: " + seen.outcome.detail;
  const double cpu_ms = seen.run.cpu_user_ms + seen.run.cpu_system_ms;
  if (seen.outcome.kind == model::OutcomeKind::kWallTime &&
      cpu_ms < kStarvedPart * static_cast<double>(limits.wall_ms))
    return "the wall limit was reached with little cpu used";
  return "";
}

model::Limits limits_of_retry(const model::Observation& seen, const model::Limits& limits) {
  const bool in_real_time = std::ranges::any_of(
      seen.notes, [](const std::string& note) { return note.starts_with("real_time"); });
  model::Limits more = limits;
  if (seen.outcome.kind == model::OutcomeKind::kWallTime && !in_real_time)
    more.wall_ms *= kRetryWallFactor;
  return more;
}

}  // namespace assay::run
