#include "harness/run/grade.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/base/count.h"
#include "harness/marks/chain.h"
#include "harness/report/html/summary_page.h"
#include "harness/report/repeated.h"
#include "harness/report/summary.h"
#include "harness/run/applicants.h"
#include "harness/run/blind.h"
#include "harness/run/grading.h"
#include "harness/run/intake.h"
#include "harness/run/kept.h"
#include "harness/run/output.h"
#include "harness/run/pool.h"
#include "harness/run/record.h"
#include "harness/run/rejudge.h"
#include "harness/run/result_key.h"
#include "harness/run/results.h"
#include "harness/run/unpack.h"
#include "harness/run/workload.h"

namespace assay::run {
namespace {

/// Whether the submissions get pages, which a page of the whole run can link to.
bool has_pages(const GradeOptions& options) {
  return std::ranges::find(options.formats, "html", &report::Format::name) != options.formats.end();
}

/// Every name that a grading may write in a submission's folder, whatever its formats.
std::vector<std::string> our_file_names() {
  std::vector<std::string> names = {std::string(kReportFile), std::string(kObservationsFile)};
  for (const report::Format* format : report::all_formats())
    if (!format->file_name.empty()) names.emplace_back(format->file_name);
  return names;
}

/// Those that somebody has marked may say other than when they were graded.
bool has_marks(const std::string& folder) {
  std::error_code error;
  return std::filesystem::exists(folder + "/" + std::string(marks::kMarksFile), error);
}

/// Writes each report as soon as its submission is done, and gathers what the summary needs.
class Recorder final : public PoolListener {
 public:
  Recorder(const Grading& grading, const GradeOptions& options, ResultKey of_run,
           Progress& progress, const OnReport& on_report)
      : grading_(grading),
        options_(options),
        of_run_(std::move(of_run)),
        progress_(progress),
        on_report_(on_report),
        facts_(begin_run(options.backend, options.real_time)) {}

  /// A result that is there and stays. `index` is the submission's place in the summary.
  Status keep(std::size_t index, const std::string& id, const Json& report) {
    const std::string folder = options_.out + "/" + id;
    for (const report::Format* format : options_.formats) {
      std::error_code error;
      if (format->file_name.empty() ||
          std::filesystem::exists(folder + "/" + std::string(format->file_name), error))
        continue;
      ASSAY_CHECK(
          write_result_file(folder, {std::string(format->file_name), format->render(report, {})}));
    }
    ++kept_;
    const std::string anchor = report.at("graded").at("overall").at("anchor");
    add(index, {id, folder, *model::anchor_from(anchor), true}, report);
    return success();
  }
  std::size_t kept() const { return kept_; }

  /// What is to be run. `places` has the place in the summary of each of its submissions.
  void expect(const Workload& workload, std::vector<std::size_t> places) {
    workload_ = &workload;
    joiner_.emplace(workload);
    places_ = std::move(places);
  }

  void worker_ready(const model::Tool& tool, const std::vector<model::Layer>& layers) override {
    facts_.tool = tool;
    facts_.layers = layers;
  }
  void case_done() override { progress_.case_done(); }
  void tick() override { progress_.tick(); }
  void notice(const std::string& text) override { progress_.notice(text); }

  Status submission_done(SubmissionRun run) override {
    for (ReworkRun& rework : joiner_->add(std::move(run))) ASSAY_CHECK(record(std::move(rework)));
    return success();
  }

  GradeResult finish(bool stopped, std::size_t submissions) {
    GradeResult result{.stopped = stopped, .submissions = submissions};
    for (auto& [index, graded] : graded_) result.graded.push_back(std::move(graded));
    return result;
  }

  /// For who holds the summary's lock: as people have marked by now.
  Json summary() {
    std::vector<report::SummaryEntry> entries;
    for (const auto& [index, entry] : entries_) {
      const ResultFolder there{options_.out + "/" + entry.id, entry.id};
      auto marked = has_marks(there.path) ? read_marked(there) : Result<Json>(Json());
      entries.push_back(marked.ok() && !marked->is_null() ? report::entry_of(*marked) : entry);
    }
    Json summary = report::summarise(std::move(entries));
    if (kept_ > 0) summary["kept"] = kept_;
    return summary;
  }

 private:
  Status record(ReworkRun rework) {
    const std::size_t index = places_[rework.run.index];
    const model::Submission& submission = workload_->items[rework.item];
    std::vector<OutputFile> files = {
        {std::string(kObservationsFile), record_text(grading_, rework)}};
    model::Report report =
        make_report(grading_, submission, std::move(rework), facts_, options_.level);
    report.run.key = with_submission(with_tool(of_run_, facts_.tool), submission);
    Json document = report;
    report::name_what_varies(document);
    const std::string folder = options_.out + "/" + submission.id;
    ASSAY_CHECK(drop_summary_of(folder));
    ASSAY_TRY(const auto lock, take_marks_over(folder, document));
    files.push_back({std::string(kReportFile), dump_json(document, 1) + "\n"});
    for (const report::Format* format : options_.formats)
      if (!format->file_name.empty() && format->file_name != kReportFile)
        files.push_back({std::string(format->file_name), format->render(document, {})});
    {
      const UniqueFd replacing = lock_output(options_.out);
      ASSAY_CHECK(write_result_folder(options_.out, submission.id, files, our_names_));
    }
    progress_.submission_done();
    add(index, {submission.id, folder, report.judgement.overall.anchor}, document);
    return success();
  }

  void add(std::size_t index, Graded graded, const Json& report) {
    graded.harness_failed = harness_failed_in(report.at("graded"));
    entries_[index] = report::entry_of(report);
    graded_[index] = graded;
    on_report_(graded, report);
  }

  /// Marks are never lost for a grading, and a file of marks that is spoilt costs nobody a report.
  /// The lock is to be held until the report is written.
  Result<std::optional<marks::LockedChain>> take_marks_over(const std::string& folder,
                                                            Json& document) {
    auto carried = carry_over(folder, document);
    if (!carried.ok()) {
      progress_.notice("marks and lineage are left out of the report: " +
                       carried.error().to_string());
      ASSAY_CHECK(keep_unread(folder));
      return std::optional<marks::LockedChain>();
    }
    const auto reopened = std::ranges::count_if(
        document.at("marks"), [](const Json& mark) { return mark.at("state") == "reopened"; });
    if (reopened > 0)
      progress_.notice(folder + " is graded anew, and what people marked rests on what was: " +
                       count_of(static_cast<std::size_t>(reopened), "mark") +
                       " reopened, for `assay mark` to ask again; the report before is in " +
                       std::string(kSupersededFolder) + "/");
    return carried;
  }

  /// Before the first report takes another's place: a summary must not say otherwise than reports
  /// do.
  Status drop_summary_of(const std::string& folder) {
    std::error_code error;
    if (summary_dropped_ ||
        !std::filesystem::exists(folder + "/" + std::string(kReportFile), error))
      return success();
    summary_dropped_ = true;
    const UniqueFd lock = lock_output(options_.out);
    for (const std::string_view name : {kSummaryPageFile, kSummaryFile})
      if (!std::filesystem::remove(options_.out + "/" + std::string(name), error) && error)
        return system_error("cannot remove " + options_.out + "/" + std::string(name),
                            error.value());
    return success();
  }

  const Grading& grading_;
  const GradeOptions& options_;
  const ResultKey of_run_;
  Progress& progress_;
  const OnReport& on_report_;
  RunFacts facts_;
  const std::vector<std::string> our_names_ = our_file_names();
  const Workload* workload_ = nullptr;
  std::optional<Joiner> joiner_;
  std::vector<std::size_t> places_;
  std::size_t kept_ = 0;
  bool summary_dropped_ = false;
  // By index, since submissions end in any order and a summary must not depend on it.
  std::map<std::size_t, report::SummaryEntry> entries_;
  std::map<std::size_t, Graded> graded_;
};

/// Which of the submissions are to be run, by place; the others are kept.
Result<std::vector<std::size_t>> sort_out(const Intake& intake, const GradeOptions& options,
                                          Keeper keeper, Recorder& recorder, Progress& progress) {
  std::vector<std::size_t> to_run;
  std::map<std::string, std::size_t> anew;
  for (std::size_t i = 0; i < intake.submissions.size(); ++i) {
    const model::Submission& submission = intake.submissions[i];
    Found found;
    if (!options.force) {
      ASSAY_TRY(found, keeper.look_for(submission));
    }
    if (!found.notice.empty()) progress.notice(found.notice);
    if (!found.why_not.empty()) ++anew[found.why_not];
    if (found.report)
      ASSAY_CHECK(recorder.keep(i, submission.id, *found.report));
    else
      to_run.push_back(i);
    progress.tick();
  }
  for (const auto& [why, count] : anew)
    progress.notice(count_of(count, "result") + " in " + options.out + " " +
                    (count == 1 ? "is" : "are") + " made anew: " + why);
  if (recorder.kept() > 0)
    progress.notice(count_of(recorder.kept(), "result") + " in " + options.out + " " +
                    (recorder.kept() == 1 ? "is" : "are") + " kept; --force makes all anew");
  return to_run;
}

Status write_summary(const GradeOptions& options, Recorder& recorder, GradeResult& result) {
  const UniqueFd lock = lock_output(options.out);
  result.summary = recorder.summary();
  ASSAY_CHECK(write_result_file(options.out,
                                {std::string(kSummaryFile), dump_json(result.summary, 1) + "\n"}));
  if (!has_pages(options)) return success();
  return write_result_file(
      options.out, {std::string(kSummaryPageFile), report::render_summary_html(result.summary)});
}

/// The submissions, with what an applicant system knows of each.
Result<Intake> take_in_for(const GradeOptions& options, const model::EntryPoint& entry,
                           Progress& progress) {
  const auto unpacker = make_box_unpacker({.runner = options.runner,
                                           .backend = options.backend,
                                           .entry = entry,
                                           .named_entry = options.entry_file,
                                           .required_layers = options.required_layers,
                                           .stop_fd = options.stop_fd});
  ASSAY_TRY(Intake intake, take_in(options.submissions, {.entry_file = entry.file,
                                                         .named_entry = options.entry_file,
                                                         .unpacker = unpacker.get(),
                                                         .progress = &progress}));
  if (!options.applicants_file.empty())
    ASSAY_CHECK(add_applicants(options.applicants_file, intake));
  return intake;
}

/// Results among the submissions would be submissions the next time.
Status keep_apart(const GradeOptions& options) {
  std::error_code ignored;
  const auto out = std::filesystem::weakly_canonical(options.out, ignored);
  for (const std::string& path : options.submissions) {
    const auto taken = std::filesystem::weakly_canonical(path, ignored);
    if (!std::filesystem::is_directory(taken, ignored)) continue;
    if (std::mismatch(taken.begin(), taken.end(), out.begin(), out.end()).first == taken.end())
      return input_error(
          "the results would lie among the submissions: " + options.out + " is in " + path, {},
          "Name a folder outside of it with --out: the next run would take results for "
          "submissions.");
  }
  return success();
}

}  // namespace

Result<GradeResult> grade(const GradeOptions& options, Progress& progress,
                          const OnReport& on_report) {
  ASSAY_CHECK(keep_apart(options));
  ASSAY_TRY(const Grading grading, load_grading(options.exercise, options.variant, options.seed));
  Result<Intake> taken = take_in_for(options, grading.plan.entry, progress);
  if (!taken.ok() && is_readable(options.stop_fd)) return GradeResult{.stopped = true};
  ASSAY_TRY(Intake intake, std::move(taken));
  for (const std::string& notice : intake.notices) progress.notice(notice);
  ASSAY_CHECK(make_output_folder(options.out));
  ASSAY_TRY(const OutputLock lock, OutputLock::take(options.out));
  for (const std::string& notice : remove_leftovers(options.out, our_file_names()))
    progress.notice(notice);
  if (options.blind) {
    const std::string& file = options.candidates_file;
    ASSAY_CHECK(make_blind(intake, grading.plan, options.out,
                           file.empty() ? candidates_file_of(options.out) : file));
  }
  ASSAY_TRY(const auto draft,
            choose_draft(grading.package.exercise, grading.package.variant, options.draft));
  ASSAY_TRY(
      const ResultKey of_run,
      key_of_run(grading, {options.level, draft, options.backend, options.real_time, options.repeat,
                           options.all_cases, options.assay, options.runner}));
  PoolOptions pool = pool_options_of(options);
  pool.all_cases = options.all_cases;
  Recorder recorder(grading, options, of_run, progress, on_report);
  Keeper keeper(
      options.out, of_run, [&] { return tool_of_worker(pool, grading.plan); },
      options.required_layers);
  auto sorted = sort_out(intake, options, std::move(keeper), recorder, progress);
  if (!sorted.ok() && is_readable(options.stop_fd))
    return recorder.finish(true, intake.submissions.size());
  ASSAY_TRY(std::vector<std::size_t> to_run, std::move(sorted));

  std::vector<Rework> reworks;
  for (const std::size_t place : to_run)
    reworks.push_back({std::move(intake.submissions[place]), draft});
  const Workload workload = make_workload(std::move(reworks), grading.package.exercise.draft);
  if (!to_run.empty())
    progress.begin(to_run.size(), workload.items.size() - to_run.size(), grading.plan.cases.size(),
                   workload.items.size() * (options.repeat - 1) * grading.plan.cases.size());
  pool.repeats.assign(workload.items.size(), options.repeat);
  recorder.expect(workload, std::move(to_run));
  ASSAY_TRY(const PoolEnd end, run_pool(grading.plan, workload.items, pool, recorder));
  GradeResult result = recorder.finish(end == PoolEnd::kStopped, intake.submissions.size());
  if (!result.stopped) ASSAY_CHECK(write_summary(options, recorder, result));
  return result;
}

}  // namespace assay::run
