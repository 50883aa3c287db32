#pragma once

// What a result was made from, part by part: the submission, the package, the rubrics, how it was
// to be graded, and the programs that did it. Two results with the same key have the same `graded`,
// so a result that is there already under the key that it would get now need not be made again.
//
// Every part is a word, a number or a hash, so that the first that differs can be told in words.
// The programs are told by the hash of their files: two builds of one version may differ. Kernel
// and isolation are no part, since `graded` does not depend on them.
//
// In: a grading and a submission. Out: values. Reads nothing but the programs' files. One thread.

#include <cstdint>
#include <map>
#include <string>

#include "harness/base/result.h"
#include "harness/run/grading.h"

namespace assay::run {

/// By name of the part, as `run.key` of a report has it.
using ResultKey = std::map<std::string, std::string>;

/// How a run grades, beside what its Grading says.
struct GradingTerms {
  model::Level level = model::Level::kMid;
  std::optional<model::DraftKind> draft;
  Backend backend = Backend::kBox;
  int real_time = 0;         ///< as of sandbox::Job
  std::uint32_t repeat = 1;  ///< runs of each case
  bool all_cases = false;    ///< as of PoolOptions
  std::string assay;         ///< paths of the programs
  std::string runner;
};

/// What the results of a run have in common, but for Python and the packages.
Result<ResultKey> key_of_run(const Grading& grading, const GradingTerms& terms);

/// The same with Python and the packages, which the runner alone can tell.
ResultKey with_tool(ResultKey key, const model::Tool& tool);

/// The key of one submission's result.
ResultKey with_submission(ResultKey key, const model::Submission& submission);

/// In words, the first part of `now` that is another in `before`: "the submission has changed".
/// Empty where there is none.
std::string what_changed(const ResultKey& before, const ResultKey& now);

/// For verdicts that were derived again: the key in `run` of a report says what they are made from
/// now. Where that is more than a key can say, since another build derived them, it goes.
Status rekey(Json& run, const Grading& grading, const std::string& assay);

}  // namespace assay::run
