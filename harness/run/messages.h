#pragma once

// What assay and a worker say to one another, as frames (run/framing.h):
//
//   assay → worker   Setup, once; then a Task at a time
//   worker → assay   Ready or Cannot, once; then for each task its CaseDone in the order asked for,
//                    InspectionDone where asked for, and TaskDone
//
// Both ends are of the same build, so there are no versions.

#include <string>
#include <variant>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/environment.h"
#include "harness/model/observation.h"
#include "harness/model/plan.h"
#include "harness/model/submission.h"
#include "sandboxes/variation.h"

namespace assay::run {

struct Setup {
  model::Plan plan;
  int real_time = 0;  ///< as of sandbox::Job
};

/// One run of a case. Of several, each has a variation of its own, the first has none.
struct CaseRun {
  std::size_t index = 0;  ///< into the plan's cases
  sandbox::Variation repetition = 0;

  bool operator==(const CaseRun&) const = default;
};

/// A part of the plan to run on one submission.
struct Task {
  model::Submission submission;
  std::vector<CaseRun> cases;
  bool inspect = false;
};

struct Ready {
  model::Tool tool;
  std::vector<model::Layer> layers;
};

/// The worker cannot work on this host, and leaves.
struct Cannot {
  Error error;
};

struct CaseDone {
  CaseRun run;
  model::Observation observation;
  std::string retried;  ///< why it was run twice; empty where it was not
};

struct InspectionDone {
  /// Null where the harness failed; {"ended_by": an outcome} where the reading of the source ended
  /// without a result, as at a limit.
  Json inspection;
};

struct TaskDone {};

using WorkerMessage = std::variant<Ready, Cannot, CaseDone, InspectionDone, TaskDone>;

void to_json(Json&, const CaseRun&);
void from_json(const Json&, CaseRun&);
Json to_message(const Setup&);
Json to_message(const Task&);
Json to_message(const WorkerMessage&);
Result<Setup> setup_from(const Json& message);
Result<Task> task_from(const Json& message);
Result<WorkerMessage> worker_message_from(const Json& message);

}  // namespace assay::run
