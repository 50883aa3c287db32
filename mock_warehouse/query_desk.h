#pragma once

// Where queries are handed in: runs them, and keeps the jobs that answers name.
//
// Each API turns its requests into Queries and the outcomes into its own answers; a job is an
// outcome and the time from which it may be had. What a request asked for once it does not ask for
// again, however often its answer is put together (a fault may look at the world twice). One a
// server; used from its thread.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/time.h"
#include "mock_warehouse/changes.h"
#include "mock_warehouse/sql/query.h"

namespace assay::warehouse {

/// Makes the engine over a world, given as the JSON that it was written in. Called when the first
/// query comes.
using EngineMaker = std::function<std::unique_ptr<sql::Engine>(const Json& world)>;

struct QueryJob {
  std::string id;
  VirtualTime done;  ///< from here on its outcome is known
  sql::QueryOutcome outcome;
};

class QueryDesk {
 public:
  /// Jobs that one case may have; more are refused with quotaExceeded.
  static constexpr std::size_t kMaxJobs = 1'000;

  /// Without a maker every query fails the case: `failure` then says so.
  explicit QueryDesk(EngineMaker maker) : maker_(std::move(maker)) {}

  /// A request has come in, over the world of this stage, which outlives it; what is asked from
  /// here on is its.
  void arrive(VirtualTime now, const Stage& stage);
  VirtualTime now() const { return now_; }

  /// Runs a query, and files it as the job of this request. `query.now` is filled in here.
  const QueryJob& run(sql::Query query);
  /// A job of an earlier request; null where there is none by that name.
  const QueryJob* find(const std::string& id) const;

  /// The first failure of an engine: the harness's or the host's, and no candidate's.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  sql::QueryOutcome outcome_of(const sql::Query& query);
  /// The same, where the world's quotas let it.
  sql::QueryOutcome within_quotas(const sql::Query& query);

  EngineMaker maker_;
  const Stage* stage_ = nullptr;
  std::unique_ptr<sql::Engine> engine_;
  const Stage* engine_stage_ = nullptr;  ///< over whose world it is
  VirtualTime now_;
  std::map<std::string, QueryJob> jobs_;
  std::int64_t bytes_ = 0;  ///< processed by this case
  std::string own_job_;     ///< that of this request; empty: it has none yet
  std::string last_asked_;  ///< of this request, so that the same is not run again
  std::optional<Error> failure_;
};

}  // namespace assay::warehouse
