#pragma once

// What a request asks to be run: the body of jobs.query, or the configuration of jobs.insert.
//
// In: JSON from a client. Out: a query for the engine and what the service is told besides, or the
// answer that refuses it. Pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "mock_warehouse/bigquery/resource.h"
#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::bigquery {

/// What jobs.query waits where the request does not say.
inline constexpr std::int64_t kDefaultTimeoutMs = 10'000;
/// No answer is waited for longer, whatever the request says.
inline constexpr std::int64_t kMaxTimeoutMs = 200'000;

struct QueryRequest {
  sql::Query query;
  std::string job_id;      ///< empty: the service gives one
  std::string location;    ///< empty: where the data is
  std::string request_id;  ///< of jobs.query; empty: none
  bool use_cache = true;
  std::optional<std::int64_t> max_bytes_billed;
  std::optional<Duration> job_timeout;  ///< behind which the job is stopped
  std::optional<std::uint64_t> max_results;
  std::int64_t timeout_ms = kDefaultTimeoutMs;
  TimestampForm timestamps = TimestampForm::kSeconds;
  Json configuration;  ///< the JobConfiguration, as the job tells it
};

std::variant<QueryRequest, Answer> read_query_request(const Json& body);
std::variant<QueryRequest, Answer> read_job(const Call& call, const Json& body);

/// The body of a request; or the refusal where it is no JSON object.
std::variant<Json, Answer> read_body(const Call& call);

}  // namespace assay::warehouse::bigquery
