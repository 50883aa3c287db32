#pragma once

// Where queries are handed in: runs them, and keeps the jobs that answers name.
//
// Each API turns its requests into Queries and the outcomes into its own answers; a job is an
// outcome and the time from which it may be had. A request's answer may be put together several
// times, since a fault may look at the world twice: what it asked for once it does not ask for
// again, and of what its answers did to jobs that were there only the last one's doing stays. One a
// server; used from its thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

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
  VirtualTime created;
  std::size_t number = 0;  ///< from 1, in the order of their requests
  bool dry_run = false;
  bool from_cache = false;
  bool failed_in_200 = false;  ///< its error is told in answers that look like success
  bool ended = false;          ///< by end(), so that nothing holds it up any more
  Json note;                   ///< the API's own
  std::size_t bytes = 0;       ///< of its outcome, as JSON
  std::size_t noted = 0;       ///< of its note, in memory
};

/// How an API files a query.
struct Filing {
  std::string id;                         ///< what the job is called; empty: the desk names it
  Json note = {};                         ///< kept with the job
  bool may_use_cache = false;             ///< an earlier outcome of the same query will do
  bool errors_at_once = false;            ///< what is wrong with it is known before it is run
  std::optional<std::int64_t> max_bytes;  ///< a query that is billed more is refused
  std::optional<Duration> stops_after;    ///< a job that takes longer is stopped then
};

/// What a query is billed that processes so many bytes: whole megabytes, and ten at least.
std::int64_t billed_bytes(std::int64_t processed);

class QueryDesk {
 public:
  /// Jobs that one case may have; more are refused with quotaExceeded.
  static constexpr std::size_t kMaxJobs = 1'000;
  /// What its jobs keep of their results, as JSON. Beyond it, those of the oldest are gone.
  static constexpr std::size_t kMaxKeptBytes = 32 << 20;
  /// What they keep of their requests, in memory. Beyond it, more are refused with quotaExceeded.
  static constexpr std::size_t kMaxNotedBytes = 32 << 20;

  /// Without a maker every query fails the case: `failure` then says so.
  explicit QueryDesk(EngineMaker maker) : maker_(std::move(maker)) {}

  /// A request has come in, over the world of this stage, which outlives it; what is asked from
  /// here on is its.
  void arrive(VirtualTime now, const Stage& stage);
  VirtualTime now() const { return now_; }

  /// Runs a query, and files it as the job of this request. `query.now` is filled in here.
  const QueryJob& run(sql::Query query, const Filing& filing = {});
  /// A job of this or an earlier request; null where there is none by that name.
  const QueryJob* find(const std::string& id) const;
  /// All of them, the latest first.
  std::vector<const QueryJob*> jobs() const;
  /// Whether it is this request that the job was filed for.
  bool is_own(const QueryJob& job) const { return job.id == own_job_; }
  /// The job is over with this error from now on; there is one by that name.
  void end(const std::string& id, sql::QueryError error, bool told_in_200);
  /// This request tells that the job is over.
  void tell_over(const QueryJob& job) { telling_over_.insert(job.id); }
  /// Whether an earlier request told it, or the job was ended: it cannot be held up any more.
  bool is_settled(const QueryJob& job) const { return job.ended || told_over_.contains(job.id); }
  /// The request is answered anew, or with an error that is made up: what its answer did to jobs
  /// until here is as if it had not been. Queries that it filed stay.
  void begin_anew();
  /// From the next request on the job has no outcome and no note; its name stays taken. There is
  /// one by that name.
  void forget(const std::string& id);

  /// The first failure of an engine: the harness's or the host's, and no candidate's.
  const std::optional<Error>& failure() const { return failure_; }
  /// Real time for which engines were waited for.
  std::chrono::nanoseconds engine_time() const { return engine_time_; }

 private:
  sql::QueryOutcome outcome_of(const sql::Query& query);
  /// The same, where the world's quotas and the filing let it.
  sql::QueryOutcome within_limits(const sql::Query& query, const Filing& filing);
  /// Counts what the job keeps, and makes room for it.
  void keep(QueryJob& job);
  /// A name that no client has taken.
  std::string free_id(std::size_t number) const;
  /// What the same query gave over the same world; null where none did.
  const QueryJob* cached(const std::string& question) const;

  EngineMaker maker_;
  const Stage* stage_ = nullptr;
  std::unique_ptr<sql::Engine> engine_;
  const Stage* engine_stage_ = nullptr;  ///< over whose world it is
  VirtualTime now_;
  std::map<std::string, QueryJob> jobs_;
  /// By the hash of what was asked, whenever that was: the id of a job that can stand for it.
  std::map<std::string, std::string> answered_;
  std::int64_t bytes_ = 0;              ///< processed by this case
  std::string own_job_;                 ///< that of this request; empty: it has none yet
  std::string leaving_;                 ///< the job that this request forgets; empty: none
  std::optional<QueryJob> before_;      ///< the job that this request ended, as it was
  std::set<std::string> telling_over_;  ///< jobs that this request tells to be over
  std::set<std::string> told_over_;     ///< those that earlier ones told
  std::string last_asked_;              ///< of this request, so that the same is not run again
  std::size_t kept_bytes_ = 0;
  std::size_t noted_bytes_ = 0;
  std::optional<Error> failure_;
  std::chrono::nanoseconds engine_time_{};
};

}  // namespace assay::warehouse
