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

namespace assay::run {

struct Setup {
  model::Plan plan;
  int real_time = 0;  ///< as of sandbox::Job
};

/// A part of the plan to run on one submission.
struct Task {
  model::Submission submission;
  std::vector<std::size_t> cases;  ///< indices into the plan's cases
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
  std::size_t case_index = 0;
  model::Observation observation;
  std::string retried;  ///< why it was run twice; empty where it was not
};

struct InspectionDone {
  Json inspection;  ///< null where the source could not be inspected
};

struct TaskDone {};

using WorkerMessage = std::variant<Ready, Cannot, CaseDone, InspectionDone, TaskDone>;

Json to_message(const Setup&);
Json to_message(const Task&);
Json to_message(const WorkerMessage&);
Result<Setup> setup_from(const Json& message);
Result<Task> task_from(const Json& message);
Result<WorkerMessage> worker_message_from(const Json& message);

}  // namespace assay::run
