#include "mock_warehouse/query_desk.h"

#include <utility>

namespace assay::warehouse {

void QueryDesk::arrive(VirtualTime now, const Stage& stage) {
  now_ = now;
  stage_ = &stage;
  own_job_.clear();
  last_asked_.clear();
}

const QueryJob& QueryDesk::run(sql::Query query) {
  query.now = now_;
  std::string asked = dump_json(sql::to_json(query));
  if (!own_job_.empty() && asked == last_asked_) return jobs_[own_job_];
  last_asked_ = std::move(asked);
  if (own_job_.empty() && jobs_.size() == kMaxJobs) {
    // The last one stands for all that are refused.
    QueryJob& refused = jobs_["job_" + std::to_string(kMaxJobs)];
    refused.done = now_;
    refused.outcome =
        sql::QueryError{"quotaExceeded", "Quota exceeded: too many queries in one case"};
    return refused;
  }
  if (own_job_.empty()) own_job_ = "job_" + std::to_string(jobs_.size() + 1);
  QueryJob& job = jobs_[own_job_];
  const Duration run_time = stage_->world.queries ? stage_->world.queries->run_time : Duration{};
  job = {own_job_, query.dry_run ? now_ : now_ + run_time, within_quotas(query)};
  return job;
}

sql::QueryOutcome QueryDesk::within_quotas(const sql::Query& query) {
  const Queries quotas = stage_->world.queries.value_or(Queries{});
  if (quotas.max_queries && static_cast<std::int64_t>(jobs_.size()) > *quotas.max_queries)
    return sql::QueryError{"quotaExceeded",
                           "Quota exceeded: Your project exceeded quota for queries"};
  if (!quotas.max_bytes || query.dry_run) return outcome_of(query);
  // What it would process is known before it is run.
  sql::Query dry = query;
  dry.dry_run = true;
  const sql::QueryOutcome told = outcome_of(dry);
  const auto* result = std::get_if<sql::QueryResult>(&told);
  if (result == nullptr) return told;
  if (bytes_ + result->bytes_processed > *quotas.max_bytes)
    return sql::QueryError{"quotaExceeded",
                           "Custom quota exceeded: Your usage exceeded the custom quota for "
                           "QueryUsagePerDay"};
  bytes_ += result->bytes_processed;
  return outcome_of(query);
}

sql::QueryOutcome QueryDesk::outcome_of(const sql::Query& query) {
  if (engine_stage_ != stage_) engine_.reset();
  if (engine_ == nullptr && maker_) engine_ = maker_(stage_->json);
  engine_stage_ = stage_;
  auto outcome = engine_ == nullptr
                     ? Result<sql::QueryOutcome>(environment_error("there is no SQL engine here"))
                     : engine_->run(query);
  if (outcome.ok()) return std::move(outcome).value();
  if (!failure_) failure_ = outcome.error();
  return sql::QueryError{"internalError", "An internal error occurred. Please retry the query."};
}

const QueryJob* QueryDesk::find(const std::string& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

}  // namespace assay::warehouse
