#pragma once

// Grades submissions end to end: intake, plan, pool, judgement, report, files.
//
// Out, in the output folder: <submission>/{report.json, report.html, observations.jsonl} for each
// submission as soon as it is done, and summary.json at the end, with summary.html where the
// reports are pages too. A run that is stopped or killed leaves the reports that were done, and no
// summary that says otherwise than they do; the same run again makes what is missing (run/kept.h)
// and covers all in its summary. One grading at a time writes to a folder. One thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/draft.h"
#include "harness/model/json.h"
#include "harness/model/verdict.h"
#include "harness/report/format.h"
#include "harness/run/progress.h"
#include "harness/run/worker_process.h"

namespace assay::run {

inline constexpr std::string_view kReportFile = "report.json";
inline constexpr std::string_view kObservationsFile = "observations.jsonl";
inline constexpr std::string_view kSummaryFile = "summary.json";
inline constexpr std::string_view kSummaryPageFile = "summary.html";

struct GradeOptions {
  std::string exercise;
  std::string variant;  ///< empty: the package's first
  std::vector<std::string> submissions;
  std::optional<model::DraftKind> draft;  ///< nothing: the package's, where the variant has one
  model::Level level = model::Level::kMid;
  std::uint64_t seed = 0;
  std::uint32_t repeat = 1;  ///< runs of each case, the later ones varied
  int jobs = 1;
  std::string out = "reports";
  std::vector<const report::Format*> formats;  ///< report.json is written beside them in any case
  Backend backend = Backend::kBox;
  int real_time = 0;                           ///< as of sandbox::Job
  std::vector<std::string> required_layers{};  ///< as of PoolOptions
  std::string assay;                           ///< this binary
  std::string runner;                          ///< assay-runner
  bool blind = false;                          ///< references in the place of names; see blind.h
  std::string candidates_file;                 ///< which reference is whose; empty: beside `out`
  std::string entry_file;       ///< taken for the entry file where there is none; may be empty
  std::string applicants_file;  ///< a CSV, see applicants.h; empty: none
  bool all_cases = false;       ///< as of PoolOptions
  bool force = false;           ///< keep no result, run all
  int stop_fd = -1;             ///< borrowed; readable: stop
};

/// A submission that has its report in the output folder.
struct Graded {
  std::string id;
  std::string folder;
  model::Anchor anchor = model::Anchor::kNotGradable;
  bool kept = false;            ///< was there before this run
  bool harness_failed = false;  ///< as of harness_failed_in (kept.h)
};

struct GradeResult {
  bool stopped = false;
  std::size_t submissions = 0;  ///< that were to be graded
  std::vector<Graded> graded;   ///< in the order of the submissions
  Json summary;                 ///< null where it was stopped
};

/// Told of each report as soon as it is written, or found to be kept. `report` is the document of
/// report.json, gone after the call.
using OnReport = std::function<void(const Graded&, const Json& report)>;

Result<GradeResult> grade(const GradeOptions& options, Progress& progress,
                          const OnReport& on_report);

}  // namespace assay::run
