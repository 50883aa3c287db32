#include "harness/run/grading.h"

#include <sys/utsname.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "harness/base/time.h"
#include "harness/evidence/gradable.h"
#include "harness/evidence/judge.h"
#include "harness/evidence/untouched.h"
#include "harness/plan/files.h"
#include "harness/plan/home.h"
#include "harness/run/intake.h"
#include "harness/run/repeated.h"

namespace assay::run {
namespace {

std::string describe_host() {
  utsname names{};
  if (::uname(&names) != 0) return "";
  return std::string(names.sysname) + " " + names.release + " " + names.machine;
}

/// Sums over the cases, for whoever wonders where the time went.
Json timing_of(const std::vector<model::Observation>& observations) {
  double wall_ms = 0;
  double cpu_ms = 0;
  std::int64_t peak_memory_bytes = 0;
  for (const model::Observation& seen : observations) {
    wall_ms += seen.run.wall_ms;
    cpu_ms += seen.run.cpu_user_ms + seen.run.cpu_system_ms;
    peak_memory_bytes = std::max(peak_memory_bytes, seen.run.peak_memory_bytes);
  }
  return {{"cases", observations.size()},
          {"wall_ms", wall_ms},
          {"cpu_ms", cpu_ms},
          {"peak_memory_bytes", peak_memory_bytes}};
}

/// The files of which the intake could not tell which is the entry file.
std::string likely_entries(const model::Submission& submission) {
  constexpr std::size_t kShown = 5;
  std::string names;
  std::size_t count = 0;
  for (const model::Note& note : submission.notes) {
    if (note.note != model::kMayBeTheEntry || ++count > kShown) continue;
    names += (names.empty() ? "" : ", ") + note.path;
  }
  if (count > kShown) names += " and " + std::to_string(count - kShown) + " more";
  return names;
}

/// The refusal that is why: of the entry file; where there is none, of one that may stand for it;
/// where nothing was taken at all, the first. Null where none is.
const model::Refusal* refusal_that_matters(const std::string& entry_file, bool has_entry,
                                           const model::Submission& submission) {
  const auto& refusals = submission.intake;
  auto found = std::ranges::find(refusals, entry_file, &model::Refusal::path);
  if (found == refusals.end() && !has_entry)
    found = std::ranges::find_if(refusals, may_hold_solution, &model::Refusal::path);
  if (found == refusals.end() && submission.files.empty()) found = refusals.begin();
  return found == refusals.end() ? nullptr : &*found;
}

/// The reason with what was not taken in it; as it was where that is not why.
std::string reason_with_intake(const std::string& reason, const std::string& entry_file,
                               const model::Submission& submission) {
  if (reason.starts_with(evidence::kOurFault)) return reason;
  if (const std::string likely = likely_entries(submission); !likely.empty())
    return "Several files may be the solution: " + likely + ". Rename one to " + entry_file +
           ", or name it by --entry-file.";
  const bool has_entry = std::ranges::find(submission.files, entry_file,
                                           &model::SourceFile::path) != submission.files.end();
  const bool asks_for_name = !has_entry && reason.ends_with(evidence::kUnderAnotherName);
  if (const auto* refused = refusal_that_matters(entry_file, has_entry, submission))
    return refused->path + " was handed in and could not be taken: " + refused->refused + ". " +
           (asks_for_name ? "Can it be had in a form that can be taken?" : reason);
  const auto entry = std::ranges::find(submission.files, entry_file, &model::SourceFile::path);
  if (entry != submission.files.end() && reason.ends_with(evidence::kUnderAnotherName) &&
      entry->bytes.find_first_not_of(" \t\r\n\f") == std::string::npos)
    return entry_file + " is empty. Did the candidate mean to hand in another file?";
  if (asks_for_name && submission.files.empty())
    return "What was handed in is empty, or has nothing in it that may be a solution. Did the "
           "candidate mean to hand in something else?";
  return reason;
}

/// Marks, questions of the statement and people name an indicator by its id alone.
Status check_indicators_differ(const std::vector<rubrics::Rubric>& rubrics,
                               const model::Exercise& exercise) {
  std::map<std::string, std::string> rubric_of;
  for (const rubrics::Rubric& rubric : rubrics)
    for (const rubrics::IndicatorRule& rule : rubric.indicators) {
      const auto [it, added] = rubric_of.emplace(rule.id, rubric.id);
      if (!added)
        return input_error("the rubrics " + it->second + " and " + rubric.id +
                               " both have an indicator \"" + rule.id + "\"",
                           {exercise.folder + "/exercise.yaml"},
                           "rename one of them, or leave one of the rubrics out");
    }
  return success();
}

/// Where a rubric is that a package names: among those of Assay, or its own.
Result<std::string> rubric_path(const model::Exercise& exercise, const std::string& name) {
  if (name.ends_with(".yaml")) {
    ASSAY_TRY(const std::string path,
              plan::path_inside(exercise.folder, name, {exercise.folder + "/exercise.yaml"}));
    return exercise.folder + "/" + path;
  }
  ASSAY_TRY(const std::string home, plan::home_folder());
  return home + "/rubrics/definitions/" + name + ".yaml";
}

}  // namespace

Result<Grading> load_grading(const std::string& exercise, const std::string& variant,
                             std::uint64_t seed) {
  Grading grading;
  ASSAY_TRY(grading.package, plan::load(exercise, variant));
  grading.plan = plan::make_plan(grading.package, seed);
  for (const std::string& name : grading.package.exercise.rubrics) {
    ASSAY_TRY(const std::string path, rubric_path(grading.package.exercise, name));
    ASSAY_TRY(rubrics::Rubric rubric, rubrics::load_rubric(path));
    grading.rubrics.push_back(rubrics::for_variant(std::move(rubric), grading.package.variant));
  }
  if (!grading.rubrics.front().has_overall())
    return input_error("the rubric " + grading.rubrics.front().id + " has no overall rule",
                       {grading.package.exercise.folder + "/exercise.yaml"},
                       "list a rubric with one first: the first gives the anchor");
  ASSAY_CHECK(check_indicators_differ(grading.rubrics, grading.package.exercise));
  return grading;
}

RunFacts begin_run(Backend backend, int real_time) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {
      .backend = backend,
      .real_time = real_time,
      .started_at = format_utc(VirtualTime(std::chrono::duration_cast<std::chrono::seconds>(now)))};
}

model::Judgement judge_run(const Grading& grading, const model::Submission& submission,
                           const ReworkRun& rework, model::Level level) {
  const model::EntryPoint entry = evidence::draft_entry(grading.plan.entry);
  evidence::Rework seen{.kind = rework.kind};
  std::optional<evidence::Subject> draft;
  if (rework.draft != nullptr) {
    draft.emplace(
        evidence::Subject{entry, rework.draft->observations, rework.draft->inspection, true});
    seen.draft = &*draft;
  }
  if (rework.kind) seen.review = review_in(submission);
  const model::Exercise& exercise = grading.package.exercise;
  model::Judgement judgement = evidence::judge(exercise, grading.plan, rework.run.observations,
                                               rework.run.inspection, grading.rubrics, level, seen);
  const auto untouched =
      evidence::find_untouched_starter(exercise.entry.file, submission.files, exercise.starter);
  const bool our_fault = judgement.gradable.reason.starts_with(evidence::kOurFault);
  if (!untouched || our_fault) return judgement;
  return evidence::judge_untouched(exercise, grading.rubrics, level, *untouched);
}

void name_what_was_not_taken(model::Judgement& judgement, const std::string& entry_file,
                             const model::Submission& submission) {
  if (judgement.gradable.ok) return;
  const std::string before = judgement.gradable.reason;
  judgement.gradable.reason = reason_with_intake(before, entry_file, submission);
  for (model::Indicator& indicator : judgement.indicators)
    if (indicator.explanation == before) indicator.explanation = judgement.gradable.reason;
}

model::Report make_report(const Grading& grading, const model::Submission& submission,
                          ReworkRun rework, const RunFacts& facts, model::Level level) {
  SubmissionRun& run = rework.run;
  model::Report report;
  report.tool = facts.tool;
  report.tool.version = ASSAY_VERSION;
  report.exercise = grading.package.exercise;
  report.variant = grading.package.variant;
  report.level = level;
  report.seed = grading.plan.seed;
  report.limits = grading.plan.limits;
  for (const rubrics::Rubric& rubric : grading.rubrics)
    report.rubrics.push_back({rubric.id, rubric.title, rubric.version, rubric.sha256});
  report.submission = submission;
  report.cases = grading.plan.cases;
  report.judgement = judge_run(grading, submission, rework, level);
  name_what_was_not_taken(report.judgement, grading.plan.entry.file, submission);
  report.repeated.runs = static_cast<int>(run.repetitions.size()) + 1;
  add_repeated(run.observations, run.repetitions, false, report.repeated);
  report.draft_kind = rework.kind;
  if (rework.draft != nullptr) {
    report.draft =
        model::Draft{rework.draft->kind, rework.draft->files, rework.draft->observations};
    add_repeated(rework.draft->observations, rework.draft->repetitions, true, report.repeated);
    for (const std::string& retry : rework.draft->retries) run.retries.push_back("draft, " + retry);
  }
  report.run = {.started_at = facts.started_at,
                .host = describe_host(),
                .backend = std::string(to_string(facts.backend)),
                .layers = facts.layers,
                .real_time = facts.real_time,
                .timing = timing_of(run.observations),
                .retries = std::move(run.retries)};
  report.observations = std::move(run.observations);
  return report;
}

}  // namespace assay::run
