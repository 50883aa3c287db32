#include "mock_warehouse/query_desk.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "harness/base/assert.h"
#include "harness/base/sha256.h"

namespace assay::warehouse {
namespace {

/// About what a value takes in memory: what its texts have, and a node for each value.
std::size_t bytes_in_memory(const Json& value) {
  constexpr std::size_t kNode = 64;
  std::size_t bytes = kNode;
  if (value.is_string()) bytes += value.get_ref<const std::string&>().size();
  if (value.is_array())
    for (const Json& item : value) bytes += bytes_in_memory(item);
  if (value.is_object())
    for (const auto& [name, item] : value.items()) bytes += name.size() + bytes_in_memory(item);
  return bytes;
}

}  // namespace

std::int64_t billed_bytes(std::int64_t processed) {
  // "On-demand compute pricing".
  constexpr std::int64_t kMegabyte = 1 << 20;
  if (processed == 0) return 0;
  return std::max((processed + kMegabyte - 1) / kMegabyte, std::int64_t{10}) * kMegabyte;
}

void QueryDesk::arrive(VirtualTime now, const Stage& stage) {
  now_ = now;
  if (stage_ != &stage) answered_.clear();
  stage_ = &stage;
  own_job_.clear();
  last_asked_.clear();
  before_.reset();
  told_over_.merge(telling_over_);
  telling_over_.clear();
  if (leaving_.empty()) return;
  QueryJob& job = jobs_[std::exchange(leaving_, "")];
  kept_bytes_ -= std::exchange(job.bytes, 0);
  noted_bytes_ -= std::exchange(job.noted, 0);
  job.note = Json();
  job.outcome = sql::QueryError{"notFound", "Not found: Job " + job.id};
}

const QueryJob& QueryDesk::run(sql::Query query, const Filing& filing) {
  const std::string question = sha256_hex(dump_json(sql::to_json(query)));
  query.now = now_;
  std::string asked = dump_json(sql::to_json(query));
  if (!own_job_.empty() && asked == last_asked_) return jobs_[own_job_];
  last_asked_ = std::move(asked);
  const std::size_t noted = bytes_in_memory(filing.note);
  if (own_job_.empty() && (jobs_.size() >= kMaxJobs || noted_bytes_ + noted > kMaxNotedBytes)) {
    // One behind the last stands for all that are refused.
    const std::string id = "job_" + std::to_string(kMaxJobs + 1);
    QueryJob& refused = jobs_[id];
    refused.id = id;
    refused.note = filing.note;
    refused.done = now_;
    refused.outcome =
        sql::QueryError{"quotaExceeded", "Quota exceeded: too many queries in one case"};
    return refused;
  }
  const std::size_t number = own_job_.empty() ? jobs_.size() + 1 : jobs_[own_job_].number;
  if (own_job_.empty()) own_job_ = filing.id.empty() ? free_id(number) : filing.id;
  QueryJob& job = jobs_[own_job_];
  kept_bytes_ -= job.bytes;
  noted_bytes_ += noted - job.noted;
  const Duration run_time = stage_->world.queries ? stage_->world.queries->run_time : Duration{};
  job = {own_job_, query.dry_run ? now_ : now_ + run_time, {}, now_, number, query.dry_run};
  job.note = filing.note;
  job.noted = noted;
  const QueryJob* same = filing.may_use_cache && !query.dry_run ? cached(question) : nullptr;
  if (same != nullptr) {
    job.from_cache = true;
    job.done = now_;
    job.outcome = same->outcome;
    std::get<sql::QueryResult>(job.outcome).bytes_processed = 0;
    keep(job);
    return job;
  }
  job.outcome = within_limits(query, filing);
  if (filing.errors_at_once && std::holds_alternative<sql::QueryError>(job.outcome))
    job.done = now_;
  if (filing.stops_after && *filing.stops_after < run_time && !query.dry_run &&
      std::holds_alternative<sql::QueryResult>(job.outcome)) {
    job.done = now_ + *filing.stops_after;
    job.outcome = sql::QueryError{
        "stopped",
        "Job execution was cancelled: Job timed out after " +
            std::to_string(std::chrono::floor<std::chrono::seconds>(*filing.stops_after).count()) +
            " sec"};
  }
  keep(job);
  if (!query.dry_run && std::holds_alternative<sql::QueryResult>(job.outcome))
    answered_[question] = own_job_;
  return job;
}

void QueryDesk::keep(QueryJob& job) {
  job.bytes = dump_json(sql::to_json(job.outcome)).size();
  kept_bytes_ += job.bytes;
  while (kept_bytes_ > kMaxKeptBytes) {
    QueryJob* oldest = nullptr;
    for (auto& [id, other] : jobs_) {
      const bool large = std::holds_alternative<sql::QueryResult>(other.outcome);
      if (large && !is_own(other) && (oldest == nullptr || other.number < oldest->number))
        oldest = &other;
    }
    if (oldest == nullptr) return;
    kept_bytes_ -= std::exchange(oldest->bytes, 0);
    oldest->outcome = sql::QueryError{
        "notFound", "Not found: the result of " + oldest->id + " is no longer kept"};
  }
}

std::string QueryDesk::free_id(std::size_t number) const {
  std::string id = "job_" + std::to_string(number);
  while (jobs_.contains(id)) id += "_";
  return id;
}

const QueryJob* QueryDesk::cached(const std::string& question) const {
  const auto found = answered_.find(question);
  const QueryJob* job = found == answered_.end() ? nullptr : find(found->second);
  const bool good = job != nullptr && !is_own(*job) && job->done <= now_ &&
                    std::holds_alternative<sql::QueryResult>(job->outcome);
  return good ? job : nullptr;
}

sql::QueryOutcome QueryDesk::within_limits(const sql::Query& query, const Filing& filing) {
  const Queries quotas = stage_->world.queries.value_or(Queries{});
  if (quotas.max_queries && static_cast<std::int64_t>(jobs_.size()) > *quotas.max_queries)
    return sql::QueryError{"quotaExceeded",
                           "Quota exceeded: Your project exceeded quota for queries"};
  if ((!quotas.max_bytes && !filing.max_bytes) || query.dry_run) return outcome_of(query);
  // What it would process is known before it is run.
  sql::Query dry = query;
  dry.dry_run = true;
  const sql::QueryOutcome told = outcome_of(dry);
  const auto* result = std::get_if<sql::QueryResult>(&told);
  if (result == nullptr) return told;
  const std::int64_t billed = billed_bytes(result->bytes_processed);
  if (filing.max_bytes && billed > *filing.max_bytes)
    return sql::QueryError{
        "bytesBilledLimitExceeded",
        "Query exceeded limit for bytes billed: " + std::to_string(*filing.max_bytes) + ". " +
            std::to_string(billed) + " or higher required."};
  if (quotas.max_bytes && bytes_ + result->bytes_processed > *quotas.max_bytes)
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
  const auto began = std::chrono::steady_clock::now();
  auto outcome = engine_ == nullptr
                     ? Result<sql::QueryOutcome>(environment_error("there is no SQL engine here"))
                     : engine_->run(query);
  engine_time_ += std::chrono::steady_clock::now() - began;
  if (outcome.ok()) return std::move(outcome).value();
  if (!failure_) failure_ = outcome.error();
  return sql::QueryError{"internalError", "An internal error occurred. Please retry the query."};
}

void QueryDesk::forget(const std::string& id) {
  ASSAY_ASSERT(jobs_.contains(id), "no job has that id");
  leaving_ = id;
}

const QueryJob* QueryDesk::find(const std::string& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

void QueryDesk::begin_anew() {
  leaving_.clear();
  telling_over_.clear();
  if (!before_) return;
  kept_bytes_ += before_->bytes;
  QueryJob& job = jobs_[before_->id];
  job = *std::exchange(before_, std::nullopt);
}

std::vector<const QueryJob*> QueryDesk::jobs() const {
  std::vector<const QueryJob*> all;
  for (const auto& [id, job] : jobs_) all.push_back(&job);
  std::ranges::sort(all, std::greater(), &QueryJob::number);
  return all;
}

void QueryDesk::end(const std::string& id, sql::QueryError error, bool told_in_200) {
  const auto found = jobs_.find(id);
  ASSAY_ASSERT(found != jobs_.end(), "no job has that id");
  QueryJob& job = found->second;
  if (!before_) before_ = job;
  kept_bytes_ -= std::exchange(job.bytes, 0);
  job.ended = true;
  job.done = std::min(job.done, now_);
  job.outcome = std::move(error);
  job.failed_in_200 = told_in_200;
}

}  // namespace assay::warehouse
