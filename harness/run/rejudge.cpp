#include "harness/run/rejudge.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "harness/base/one_line.h"
#include "harness/base/sha256.h"
#include "harness/marks/apply.h"
#include "harness/marks/chain.h"
#include "harness/report/repeated.h"
#include "harness/run/grade.h"
#include "harness/run/grading.h"
#include "harness/run/output.h"
#include "harness/run/record.h"
#include "harness/run/result_key.h"

namespace assay::run {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kNameDigits = 12;

Error in_folder(Error error, const ResultFolder& result) {
  if (error.place.file.empty()) error.place.file = result.path;
  return error;
}

std::size_t count_of_state(const Json& report, std::string_view state) {
  return static_cast<std::size_t>(std::ranges::count_if(
      report.at("marks"), [&](const Json& mark) { return mark.at("state") == state; }));
}

/// The submission as far as a report holds it.
model::Submission submission_of(const Json& graded) {
  const Json& json = graded.at("submission");
  model::Submission submission;
  submission.id = json.at("id");
  submission.sha256 = json.at("sha256");
  for (const Json& file : json.at("files"))
    submission.files.push_back({file.at("path"), file.at("text"), file.at("sha256")});
  for (const Json& entry : graded.at("intake")) {
    if (entry.contains("refused"))
      submission.intake.push_back({entry.at("path"), entry.at("refused")});
    else
      submission.notes.push_back({entry.at("path"), entry.at("note")});
  }
  return submission;
}

/// `graded` of the fresh judgement, with what only a run can know taken from the report before. Its
/// files, which a report does not hold byte for byte, are among that.
Json graded_again(const Json& before, const Grading& grading, ReworkRun run, model::Level level) {
  Json graded =
      Json(make_report(grading, submission_of(before), std::move(run), {}, level)).at("graded");
  graded["submission"] = before.at("submission");
  for (const char* key : {"python", "packages"}) graded["tool"][key] = before.at("tool").at(key);
  return graded;
}

/// A report in the order of its schema.
Json report_with(const Json& before, Json graded, const model::Lineage& lineage) {
  Json report = Json::object();
  report["schema"] = before.at("schema");
  report["graded"] = std::move(graded);
  if (before.contains("repeated")) report["repeated"] = before.at("repeated");
  report::name_what_varies(report);
  for (const char* key : {"context", "marks", "final"}) report[key] = before.at(key);
  report["lineage"] = lineage;
  report["run"] = before.at("run");
  return report;
}

/// Nothing where nobody has marked anything: locking would leave a file without marks behind. A
/// first mark can be made meanwhile, then; run/marking.h says what becomes of it.
Result<std::optional<marks::LockedChain>> lock_of_marks(const std::string& folder) {
  std::optional<marks::LockedChain> lock;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(fs::path(folder) / marks::kMarksFile, error))) return lock;
  ASSAY_TRY(lock, marks::LockedChain::open(folder));
  return lock;
}

Status keep_superseded(const ResultFolder& result, const Json& before) {
  const std::string folder = (fs::path(result.path) / kSupersededFolder).string();
  ASSAY_CHECK(make_output_folder(folder));
  return write_result_file(folder, {graded_sha256(before).substr(0, kNameDigits) + ".json",
                                    dump_json(before, 1) + "\n"});
}

/// The path of this very program.
constexpr const char* kOwnProgram = "/proc/self/exe";

}  // namespace

Result<Rejudged> rejudge(const ResultFolder& result, const std::string& exercise) {
  ASSAY_TRY(const auto lock, lock_of_marks(result.path));
  const marks::Chain chain = lock ? lock->chain() : marks::Chain{};
  ASSAY_TRY(Json before, read_result(result));
  const std::string as_read = dump_json(before);
  ASSAY_CHECK(marks::check_repeated(before, chain, result.path));
  marks::apply(before, chain.marks);
  const Json& exercise_before = before.at("graded").at("exercise");
  const std::string name =
      exercise.empty() ? exercise_before.at("id").get<std::string>() : exercise;
  ASSAY_TRY(Record record, read_record((fs::path(result.path) / kObservationsFile).string()));
  ASSAY_TRY(const Grading grading, load_grading(name, record.variant, record.seed));
  if (grading.plan.exercise != record.exercise)
    return input_error("it was graded by the exercise " + record.exercise + ", and " + name +
                           " is " + grading.plan.exercise,
                       {result.path}, "Name the package's folder by --exercise.");
  auto run = run_of(std::move(record), grading.plan);
  if (!run.ok()) return in_folder(std::move(run).error(), result);
  const auto level = model::level_from(exercise_before.at("level").get<std::string>());
  Json graded = graded_again(before.at("graded"), grading, std::move(*run), *level);

  Rejudged rejudged;
  rejudged.changed = dump_json(graded) != dump_json(before.at("graded"));
  Json report = report_with(before, std::move(graded), {});
  marks::apply(report, chain.marks);
  const std::size_t reopened_before = count_of_state(before, "reopened");
  rejudged.kept = count_of_state(report, "stands");
  rejudged.reopened = count_of_state(report, "reopened") -
                      std::min(reopened_before, count_of_state(report, "reopened"));
  ASSAY_TRY(rejudged.diff, report::compare_reports(before, report));
  if (!rejudged.changed) return rejudged;
  report["lineage"] = report::lineage_of(before, report, graded_sha256(before), "rejudge");
  ASSAY_CHECK(rekey(report["run"], grading, kOwnProgram));
  const std::vector<OutputFile> files = render_result(result, report);
  {
    const UniqueFd replacing = lock_output_of(result);
    ASSAY_TRY(const Json now, read_result(result));
    if (dump_json(now) != as_read)
      return input_error("the report was replaced meanwhile, and stays as it is now", {result.path},
                         "Run the same command again.");
    ASSAY_CHECK(keep_superseded(result, before));
    ASSAY_CHECK(write_result(result, files));
  }
  if (const Status renewed = refresh_summary(result, report); !renewed.ok())
    rejudged.notice = "the summary could not be renewed: " + in_one_line(renewed.error());
  return rejudged;
}

Result<std::optional<marks::LockedChain>> carry_over(const std::string& folder, Json& report) {
  const ResultFolder there{folder, ""};
  ASSAY_TRY(auto lock, lock_of_marks(folder));
  std::error_code error;
  if (fs::is_regular_file(fs::path(folder) / kReportFile, error)) {
    ASSAY_TRY(const Json before, read_result(there));
    ASSAY_CHECK(marks::check_repeated(before, lock ? lock->chain() : marks::Chain{}, folder));
    if (dump_json(before.at("graded")) != dump_json(report.at("graded"))) {
      report = report_with(report, report.at("graded"),
                           report::lineage_of(before, report, graded_sha256(before), "regrade"));
      ASSAY_CHECK(keep_superseded(there, before));
    }
  }
  if (lock) marks::apply(report, lock->chain().marks);
  return lock;
}

Status keep_unread(const std::string& folder) {
  std::ifstream file(fs::path(folder) / kReportFile, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) return success();
  const std::string superseded = (fs::path(folder) / kSupersededFolder).string();
  ASSAY_CHECK(make_output_folder(superseded));
  return write_result_file(superseded, {sha256_hex(bytes).substr(0, kNameDigits) + ".json", bytes});
}

}  // namespace assay::run
