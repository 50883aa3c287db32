#include "harness/run/results.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <filesystem>

#include "harness/base/nearest_word.h"
#include "harness/base/sha256.h"
#include "harness/base/unique_fd.h"
#include "harness/marks/apply.h"
#include "harness/marks/chain.h"
#include "harness/report/format.h"
#include "harness/report/html/summary_page.h"
#include "harness/report/reader.h"
#include "harness/report/summary.h"
#include "harness/run/grade.h"
#include "harness/run/output.h"
#include "rubrics/check.h"

namespace assay::run {
namespace {

namespace fs = std::filesystem;

bool has_report(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / kReportFile, error);
}

/// Its own name, also for "." and paths that end in a slash.
ResultFolder result_at(const fs::path& folder) {
  std::error_code error;
  fs::path whole = fs::absolute(folder, error).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  return {folder.string(), whole.filename().string()};
}

Error nothing_at(const std::string& path) {
  return input_error("there is no report of Assay here", {path},
                     "Name the output folder of `assay grade`, or one submission's folder in it.");
}

Result<std::vector<ResultFolder>> results_below(const std::string& path) {
  std::vector<ResultFolder> results;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.') || !has_report(entry->path())) continue;
    if (results.size() == kMaxResults)
      return input_error("there are more than " + std::to_string(kMaxResults) + " reports", {path});
    results.push_back(result_at(entry->path()));
  }
  if (error || results.empty()) return nothing_at(path);
  std::ranges::sort(results, {}, &ResultFolder::name);
  return results;
}

constexpr std::size_t kMaxNamed = 4;

std::string listed_paths(const std::vector<ResultFolder>& results) {
  std::vector<std::string> paths;
  for (const ResultFolder& result : results) paths.push_back(result.path);
  return rubrics::listed(paths, kMaxNamed);
}

/// What to do where nothing is at `path`: its last part may be a slip, with reports beside it.
std::string hint_beside(const std::string& path) {
  fs::path named = fs::path(path).lexically_normal();
  if (!named.has_filename()) named = named.parent_path();
  const fs::path folder = named.has_parent_path() ? named.parent_path() : fs::path(".");
  const auto beside = results_below(folder.string());
  if (!beside.ok())
    return "Name a report.json, or one submission's folder in the output folder of `assay grade`.";
  std::vector<std::string> names;
  for (const ResultFolder& result : *beside) names.push_back(result.name);
  const std::string near = nearest_word(named.filename().string(), names);
  if (near.empty()) return "Reports are in " + listed_paths(*beside) + ".";
  return "Did you mean " + (folder / near).lexically_normal().string() + "?";
}

Json text_or_empty(const Json& object, const char* key) {
  return object.contains(key) ? object.at(key) : Json("");
}

/// What must be the same for all that are looked at side by side, each with its name.
std::vector<std::pair<std::string, Json>> conditions_of(const Json& report) {
  const Json& graded = report.at("graded");
  const Json& exercise = graded.at("exercise");
  const Json draft =
      graded.contains("draft") ? text_or_empty(graded.at("draft"), "kind") : Json("");
  return {{"exercise", exercise.at("id")},
          {"version of the exercise", exercise.at("version")},
          {"variant", exercise.at("variant")},
          {"level", exercise.at("level")},
          {"cases", exercise.at("sha256")},
          {"draft", draft},
          {"seed", graded.at("seed")},
          {"rubrics", graded.at("rubrics")},
          {"cohort", text_or_empty(report.at("context"), "cohort_id")}};
}

std::string shown(const Json& value) {
  constexpr std::size_t kMaxShown = 40;
  std::string text = value.is_string() ? value.get<std::string>() : "";
  return text.empty() || text.size() > kMaxShown ? "" : text;
}

}  // namespace

Result<std::vector<ResultFolder>> find_results(const std::string& path) {
  std::error_code error;
  if (has_report(path)) return std::vector<ResultFolder>{result_at(path)};
  if (fs::is_directory(path, error)) return results_below(path);
  if (fs::path(path).filename() != kReportFile || !fs::is_regular_file(path, error))
    return nothing_at(path);
  const fs::path folder = fs::path(path).parent_path();
  return std::vector<ResultFolder>{result_at(folder.empty() ? "." : folder)};
}

Result<ResultFolder> find_one_result(const std::string& path) {
  auto found = find_results(path);
  if (!found.ok()) {
    Error error = std::move(found).error();
    error.hint = hint_beside(path);
    return error;
  }
  if (found->size() == 1) return std::move(found->front());
  return input_error("there are " + std::to_string(found->size()) + " reports of Assay here",
                     {path}, "Name one of them: " + listed_paths(*found) + ".");
}

Result<Json> read_result(const ResultFolder& result) {
  return report::read_report((fs::path(result.path) / kReportFile).string());
}

Status lay_marks_over(Json& report, const std::string& folder) {
  ASSAY_TRY(marks::Chain chain, marks::read_chain(folder));
  ASSAY_CHECK(marks::check_repeated(report, chain, folder));
  marks::apply(report, std::move(chain.marks));
  return success();
}

Result<Json> read_marked(const ResultFolder& result) {
  ASSAY_TRY(Json report, read_result(result));
  ASSAY_CHECK(lay_marks_over(report, result.path));
  return report;
}

std::string graded_sha256(const Json& report) { return sha256_hex(dump_json(report.at("graded"))); }

std::vector<OutputFile> render_result(const ResultFolder& result, const Json& report) {
  std::vector<OutputFile> files;
  for (const report::Format* format : report::all_formats()) {
    if (format->file_name.empty()) continue;
    std::error_code error;
    const bool wanted = format->file_name == kReportFile ||
                        fs::is_regular_file(fs::path(result.path) / format->file_name, error);
    if (wanted) files.push_back({std::string(format->file_name), format->render(report, {})});
  }
  return files;
}

Status write_result(const ResultFolder& result, const std::vector<OutputFile>& files) {
  for (const OutputFile& file : files) ASSAY_CHECK(write_result_file(result.path, file));
  return success();
}

UniqueFd lock_output(const std::string& root) {
  UniqueFd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (folder && ::flock(folder.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return folder;
}

UniqueFd lock_output_of(const ResultFolder& result) {
  return lock_output((fs::path(result.path) / "..").lexically_normal().string());
}

Status refresh_summary(const ResultFolder& result, const Json& report) {
  const fs::path root = (fs::path(result.path) / "..").lexically_normal();
  const std::string path = (root / kSummaryFile).string();
  // Two who mark two submissions would each put an old entry of the other's back.
  const UniqueFd lock = lock_output_of(result);
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return success();
  ASSAY_TRY(const Json summary, report::read_summary(path));
  const report::SummaryEntry fresh = report::entry_of(report);
  std::vector<report::SummaryEntry> entries = report::entries_of(summary);
  const auto listed = std::ranges::find(entries, fresh.id, &report::SummaryEntry::id);
  if (listed == entries.end()) return success();
  *listed = fresh;
  Json renewed = report::summarise(entries);
  if (summary.contains("kept")) renewed["kept"] = summary.at("kept");
  ASSAY_CHECK(
      write_result_file(root.string(), {std::string(kSummaryFile), dump_json(renewed, 1) + "\n"}));
  if (!fs::is_regular_file(root / kSummaryPageFile, error)) return success();
  return write_result_file(root.string(),
                           {std::string(kSummaryPageFile), report::render_summary_html(renewed)});
}

std::string mixed_conditions(const Json& first, const Json& other) {
  const auto ours = conditions_of(first), theirs = conditions_of(other);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i].second == theirs[i].second) continue;
    const std::string a = shown(ours[i].second), b = shown(theirs[i].second);
    std::string text = "another " + ours[i].first;
    if (!a.empty() && !b.empty()) text += ": " + a + " and " + b;
    return text;
  }
  return "";
}

}  // namespace assay::run
