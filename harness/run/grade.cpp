#include "harness/run/grade.h"

#include <algorithm>
#include <map>

#include "harness/report/html/summary_page.h"
#include "harness/report/summary.h"
#include "harness/run/applicants.h"
#include "harness/run/blind.h"
#include "harness/run/grading.h"
#include "harness/run/intake.h"
#include "harness/run/output.h"
#include "harness/run/pool.h"
#include "harness/run/record.h"
#include "harness/run/rejudge.h"
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

/// Writes each report as soon as its submission is done.
class Recorder final : public PoolListener {
 public:
  Recorder(const Grading& grading, const Workload& workload, const GradeOptions& options,
           Progress& progress, const OnReport& on_report)
      : grading_(grading),
        workload_(workload),
        joiner_(workload),
        options_(options),
        progress_(progress),
        on_report_(on_report),
        facts_(begin_run(options.backend)) {}

  void worker_ready(const model::Tool& tool, const std::vector<model::Layer>& layers) override {
    facts_.tool = tool;
    facts_.layers = layers;
  }
  void case_done() override { progress_.case_done(); }
  void tick() override { progress_.tick(); }
  void notice(const std::string& text) override { progress_.notice(text); }

  Status submission_done(SubmissionRun run) override {
    for (ReworkRun& rework : joiner_.add(std::move(run))) ASSAY_CHECK(record(std::move(rework)));
    return success();
  }

  GradeResult finish(bool stopped, std::size_t submissions) {
    GradeResult result{.stopped = stopped, .submissions = submissions};
    for (auto& [index, graded] : graded_) result.graded.push_back(std::move(graded));
    return result;
  }

  std::vector<report::SummaryEntry> entries() const {
    std::vector<report::SummaryEntry> entries;
    for (const auto& [index, entry] : entries_) entries.push_back(entry);
    return entries;
  }

 private:
  Status record(ReworkRun rework) {
    const std::size_t index = rework.run.index;
    const model::Submission& submission = workload_.items[rework.item];
    std::vector<OutputFile> files = {
        {std::string(kObservationsFile), record_text(grading_, rework)}};
    const model::Report report =
        make_report(grading_, submission, std::move(rework), facts_, options_.level);
    Json document = report;
    const std::string folder = options_.out + "/" + submission.id;
    // Marks are never lost for a grading, and a file of marks that is spoilt costs nobody a report.
    const auto carried = carry_over(folder, document);
    if (!carried.ok())
      progress_.notice("marks and lineage are left out of the report: " +
                       carried.error().to_string());
    files.push_back({std::string(kReportFile), dump_json(document, 1) + "\n"});
    for (const report::Format* format : options_.formats)
      if (!format->file_name.empty() && format->file_name != kReportFile)
        files.push_back({std::string(format->file_name), format->render(document, {})});
    ASSAY_CHECK(write_result_folder(options_.out, submission.id, files, our_names_));
    entries_[index] = report::entry_of(document);
    const Graded graded{submission.id, folder, report.judgement.overall.anchor};
    graded_[index] = graded;
    progress_.submission_done();
    on_report_(graded, document);
    return success();
  }

  const Grading& grading_;
  const Workload& workload_;
  Joiner joiner_;
  const GradeOptions& options_;
  Progress& progress_;
  const OnReport& on_report_;
  RunFacts facts_;
  const std::vector<std::string> our_names_ = our_file_names();
  // By index, since submissions end in any order and a summary must not depend on it.
  std::map<std::size_t, report::SummaryEntry> entries_;
  std::map<std::size_t, Graded> graded_;
};

/// The submissions, with what an applicant system knows of each.
Result<Intake> take_in_for(const GradeOptions& options, const model::EntryPoint& entry) {
  const auto unpacker = make_box_unpacker({.runner = options.runner,
                                           .backend = options.backend,
                                           .entry = entry,
                                           .named_entry = options.entry_file,
                                           .stop_fd = options.stop_fd});
  ASSAY_TRY(Intake intake, take_in(options.submissions, {.entry_file = entry.file,
                                                         .named_entry = options.entry_file,
                                                         .unpacker = unpacker.get()}));
  if (!options.applicants_file.empty())
    ASSAY_CHECK(add_applicants(options.applicants_file, intake));
  return intake;
}

}  // namespace

Result<GradeResult> grade(const GradeOptions& options, Progress& progress,
                          const OnReport& on_report) {
  ASSAY_TRY(const Grading grading, load_grading(options.exercise, options.variant, options.seed));
  Result<Intake> taken = take_in_for(options, grading.plan.entry);
  if (!taken.ok() && is_readable(options.stop_fd)) return GradeResult{.stopped = true};
  ASSAY_TRY(Intake intake, std::move(taken));
  for (const std::string& notice : intake.notices) progress.notice(notice);
  ASSAY_CHECK(make_output_folder(options.out));
  if (options.blind) {
    const std::string& file = options.candidates_file;
    ASSAY_CHECK(make_blind(intake, grading.plan, options.out,
                           file.empty() ? candidates_file_of(options.out) : file));
  }

  ASSAY_TRY(const auto draft,
            choose_draft(grading.package.exercise, grading.package.variant, options.draft));
  const std::size_t submissions = intake.submissions.size();
  std::vector<Rework> reworks;
  for (model::Submission& submission : intake.submissions)
    reworks.push_back({std::move(submission), draft});
  const Workload workload = make_workload(std::move(reworks), grading.package.exercise.draft);
  progress.begin(submissions, workload.items.size() - submissions, grading.plan.cases.size());
  Recorder recorder(grading, workload, options, progress, on_report);
  const PoolOptions pool{options.assay, options.runner, options.backend, options.jobs,
                         options.stop_fd};
  ASSAY_TRY(const PoolEnd end, run_pool(grading.plan, workload.items, pool, recorder));
  GradeResult result = recorder.finish(end == PoolEnd::kStopped, submissions);
  if (result.stopped) return result;
  result.summary = report::summarise(recorder.entries());
  ASSAY_CHECK(write_result_file(options.out,
                                {std::string(kSummaryFile), dump_json(result.summary, 1) + "\n"}));
  if (has_pages(options))
    ASSAY_CHECK(write_result_file(
        options.out, {std::string(kSummaryPageFile), report::render_summary_html(result.summary)}));
  return result;
}

}  // namespace assay::run
