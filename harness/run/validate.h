#pragma once

// An author's proof: runs all solutions of a package and compares what they get with what their
// expected.yaml says, exactly, at every level.
//
// In: a package. Out: every difference with the sentence that explains it, and what the package as
// a whole, over its variants, fails to prove. The cases run once, those of references also in other
// variations (sandboxes/variation.h), in which they must do the same; judging is done once a level.
// One thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/submission.h"
#include "harness/plan/loader.h"
#include "harness/run/progress.h"
#include "harness/run/worker_process.h"
#include "rubrics/rubric.h"

namespace assay::run {

struct ValidateOptions {
  std::string exercise;
  std::string variant;  ///< empty: every one
  std::uint64_t seed = 0;
  std::uint32_t repeat = 1;  ///< runs of each case of a reference
  int jobs = 1;
  Backend backend = Backend::kBox;
  std::vector<std::string> required_layers{};  ///< as of PoolOptions
  int real_time = 0;                           ///< as of sandbox::Job
  std::string assay;
  std::string runner;
  int stop_fd = -1;
};

struct Difference {
  std::string what;      ///< "separation", "anchor at mid"
  std::string expected;  ///< in the report's words; empty where expected.yaml says nothing of it
  std::string found;     ///< the same; empty where the rubric has no such indicator
  std::string because;   ///< the explanation, then the statements of the evidence
};

struct ValidatedSolution {
  plan::Solution solution;
  std::vector<Difference> differences;
};

struct Validation {
  bool stopped = false;  ///< the rest is empty then
  bool whole = true;     ///< false: one variant of several, which proves nothing of the package
  std::string exercise;
  std::size_t cases = 0;
  std::vector<ValidatedSolution> solutions;  ///< by variant, then in the package's order
  std::vector<std::string> unproven;         ///< what the package as a whole lacks, a sentence each

  bool ok() const;
};

/// A solution as a candidate would hand it in: without what the author says of it.
Result<model::Submission> submission_of(const plan::Solution& solution,
                                        const std::string& entry_file);

/// What its expected.yaml says too much or too little of, by the rubrics of its variant: so much is
/// known before anything is run.
Status check_expectations(const plan::Solution& solution,
                          const std::vector<rubrics::Rubric>& rubrics);

Result<Validation> validate(const ValidateOptions& options, Progress& progress);

/// The part without running anything: what one solution got against what it must get. `judgements`
/// are those at junior, mid, senior and principal.
std::vector<Difference> differences_of(const plan::Solution& solution,
                                       const std::vector<model::Judgement>& judgements);

/// What the solutions together must show: every machine-decided indicator in both of its values.
/// And by the rubric that gives the anchor, a reference gets every positive one, and only a flawed
/// one gets a negative. `judgements` are one for each solution, at any level. Of a part of the
/// package's solutions (`whole` false) the values are not asked for.
std::vector<std::string> unproven_by(const std::vector<plan::Solution>& solutions,
                                     const std::vector<model::Judgement>& judgements,
                                     bool whole = true);

}  // namespace assay::run
