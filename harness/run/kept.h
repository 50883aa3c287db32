#pragma once

// Results of an earlier run that need not be made again.
//
// A result is kept where its key (run/result_key.h) is what it would be now, it is whole, it was
// made with all layers of isolation that are required, and nothing in it was left open by a failure
// of the harness or of the host; that is what running the same command again is for. What people
// marked has no part in this: a result with marks is kept or made anew like any other, and its
// marks stay either way.
//
// In: an output folder and submissions. Out: reports, marks laid over them. Starts a worker to
// learn the versions of Python and packages, once, where a result is there that rests on them. One
// thread.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/result_key.h"

namespace assay::run {

struct Found {
  std::optional<Json> report;  ///< where it is kept
  std::string why_not;         ///< in words; empty also where nothing was there
  std::string notice;          ///< of a kept one, for the grader's eyes; mostly empty
};

class Keeper {
 public:
  using AskTool = std::function<Result<model::Tool>()>;

  /// `required_layers` as of PoolOptions.
  Keeper(std::string out, ResultKey of_run, AskTool ask_tool,
         std::vector<std::string> required_layers = {})
      : out_(std::move(out)),
        of_run_(std::move(of_run)),
        ask_tool_(std::move(ask_tool)),
        required_layers_(std::move(required_layers)) {}

  /// What is there of this submission. An error where no worker can be asked.
  Result<Found> look_for(const model::Submission& submission);

 private:
  std::string out_;
  ResultKey of_run_;
  AskTool ask_tool_;
  std::vector<std::string> required_layers_;
  std::optional<model::Tool> tool_;
};

/// Whether, of `graded` of a report, a case never ran for want of a worker, or a verdict is owed:
/// what came out then is not all that the submission shows.
bool harness_failed_in(const Json& graded);

/// Starts a worker and asks it; an error where it cannot work on this host, or where
/// `options.stop_fd` is readable before it has answered.
Result<model::Tool> tool_of_worker(const PoolOptions& options, const model::Plan& plan);

}  // namespace assay::run
