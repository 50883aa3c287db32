#pragma once

// The output folder of a grading, read again: which reports lie in it, and how one is written anew
// once marks or a second judgement have changed it.
//
// In: paths that the user named. Out: reports, and files that are replaced in one step. One thread;
// what changes the summary holds a lock of the output folder meanwhile.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/json.h"
#include "harness/run/output.h"

namespace assay::run {

inline constexpr std::size_t kMaxResults = 20'000;

/// A submission's folder with its report.
struct ResultFolder {
  std::string path;
  std::string name;  ///< the last part of the path
};

/// What `path` stands for: a report.json, the folder of one, or an output folder with such folders
/// in it, by name. An error where there is none.
Result<std::vector<ResultFolder>> find_results(const std::string& path);

/// Where `path` stands for just one; else an error that names some of those that there are.
Result<ResultFolder> find_one_result(const std::string& path);

/// The folder's report.json, checked.
Result<Json> read_result(const ResultFolder& result);

/// Lays the chain of marks in `folder` over its report anew; an error leaves the report as it was.
Status lay_marks_over(Json& report, const std::string& folder);

/// read_result() with its marks laid over it.
Result<Json> read_marked(const ResultFolder& result);

/// What identifies the graded part of a report.
std::string graded_sha256(const Json& report);

/// report.json, and those other formats that lie beside it, rendered anew.
std::vector<OutputFile> render_result(const ResultFolder& result, const Json& report);
Status write_result(const ResultFolder& result, const std::vector<OutputFile>& files);

/// Held by whoever changes the summary in an output folder, or replaces a report in it. None where
/// the file system has no locks.
UniqueFd lock_output(const std::string& root);
/// The same, of the folder that a result lies in.
UniqueFd lock_output_of(const ResultFolder& result);

/// Puts a report's entry into the summary beside its folder, where there is one that lists it.
Status refresh_summary(const ResultFolder& result, const Json& report);

/// Who of them were graded under other conditions than the first: one sentence that names what
/// differs, empty where all are alike. Exercise, its version and variant, level, seed, rubrics,
/// draft and cohort are conditions.
std::string mixed_conditions(const Json& first, const Json& other);

}  // namespace assay::run
