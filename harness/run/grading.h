#pragma once

// What a grading needs beside submissions, loaded and checked once: the package, its plan, its
// rubrics. And what comes of one submission: from what was seen to a judgement and a report.
// Values; one thread.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/report.h"
#include "harness/plan/loader.h"
#include "harness/run/pool.h"
#include "harness/run/workload.h"
#include "rubrics/rubric.h"

namespace assay::run {

struct Grading {
  plan::Package package;
  model::Plan plan;
  std::vector<rubrics::Rubric> rubrics;
};

/// Loads package and rubrics. An empty `variant` is the package's first.
Result<Grading> load_grading(const std::string& exercise, const std::string& variant,
                             std::uint64_t seed);

/// What a run is: the same for all its submissions.
struct RunFacts {
  model::Tool tool;
  std::vector<model::Layer> layers;
  Backend backend = Backend::kBox;
  int real_time = 0;  ///< as of sandbox::Job
  std::string started_at;
};

/// Starts the facts of a run that begins now.
RunFacts begin_run(Backend backend, int real_time);

model::Judgement judge_run(const Grading& grading, const model::Submission& submission,
                           const ReworkRun& rework, model::Level level);

/// Where a submission cannot be graded, tells of what the intake did not take, if that is why.
void name_what_was_not_taken(model::Judgement& judgement, const std::string& entry_file,
                             const model::Submission& submission);

model::Report make_report(const Grading& grading, const model::Submission& submission,
                          ReworkRun rework, const RunFacts& facts, model::Level level);

}  // namespace assay::run
