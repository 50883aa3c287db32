#include "mock_warehouse/bigquery/queries.h"

#include <algorithm>

#include "mock_warehouse/bigquery/jobs.h"
#include "mock_warehouse/bigquery/paging.h"
#include "mock_warehouse/bigquery/types.h"

namespace assay::warehouse::bigquery {
namespace {

std::string listing_of(const QueryJob& job) { return "rows of " + job.id; }

/// Bytes that rows of a page may have are counted as they are written.
Json rows_of(const sql::QueryResult& result, TimestampForm timestamps, Paging& page) {
  std::vector<Type> types;
  for (const sql::Field& field : result.schema) types.push_back(type_from(field.type));
  Json rows = Json::array();
  std::size_t bytes = 0;
  for (std::size_t i = page.begin(); i < page.end(); ++i) {
    Json cells = Json::array();
    for (std::size_t k = 0; k < types.size(); ++k)
      cells.push_back({{"v", field_value(types[k], result.rows[i][k], timestamps)}});
    Json row = {{"f", std::move(cells)}};
    bytes += dump_json(row).size();
    if (bytes > kMaxPageBytes && !rows.empty()) {
      page.end_before(i);
      break;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json schema_of(const sql::QueryResult& result) {
  Json schema;
  schema["fields"] = Json::array();
  for (const sql::Field& field : result.schema)
    schema["fields"].push_back(field_schema(field.name, type_from(field.type)));
  return schema;
}

/// How long the answer about a job is held back, and whether the job is over then.
struct Waited {
  Duration held{};
  bool over = true;
};
Waited wait_for(const Call& call, const QueryJob& job, std::int64_t timeout_ms) {
  const Duration patience = std::chrono::milliseconds(timeout_ms);
  if (is_held_up(call, job)) return {patience, false};
  const Duration left = std::max(job.done - call.desk.now(), Duration{});
  if (left <= patience) call.desk.tell_over(job);
  return {std::min(left, patience), left <= patience};
}

Answer held_answer(Json json, const Waited& waited) {
  Answer answer = resource_answer(std::move(json));
  answer.held = waited.held;
  return answer;
}

/// What is told of a job that failed.
Answer answer_failure(const QueryJob& job, const ServiceError& error, Json json,
                      const Waited& waited) {
  if (job.failed_in_200) {
    json["jobComplete"] = true;
    json["errors"] = Json::array({error_proto(error)});
    return held_answer(std::move(json), waited);
  }
  ServiceError told = error;
  // A query is the parameter "q" of the request.
  if (told.reason == "invalidQuery") told = {told.reason, told.message, "q", "parameter"};
  Answer answer = error_answer(told);
  answer.held = waited.held;
  return answer;
}

void put_rows(Json& json, const sql::QueryResult& result, TimestampForm timestamps, Paging page) {
  Json rows = rows_of(result, timestamps, page);
  json["totalRows"] = std::to_string(result.rows.size());
  if (const std::string next = page.next_token(); !next.empty()) json["pageToken"] = next;
  if (!rows.empty()) json["rows"] = std::move(rows);
}

/// The statistics that jobs.query tells beside the rows.
void put_statistics(Json& json, const QueryJob& job, const sql::QueryResult& result) {
  json["totalBytesBilled"] = std::to_string(billed_bytes(result.bytes_processed));
  json["totalSlotMs"] = std::to_string(to_ms(job.done - job.created));
  json["endTime"] = epoch_ms(job.done);
}

/// What jobs.query tells of every job, over or not; of a dry run, which is none, only the first.
void put_creation(Json& json, const Call& call, const QueryJob& job) {
  json["creationTime"] = epoch_ms(job.created);
  if (job.dry_run) return;
  const bool waits = is_held_up(call, job) && call.view.pending->state == "PENDING";
  if (!waits) json["startTime"] = epoch_ms(job.created);
  json["jobCreationReason"]["code"] = "REQUESTED";
  json["queryId"] = job.id;
  json["location"] = kLocation;
}

Json head_of(const Call& call, const QueryJob& job, const char* kind) {
  Json json;
  json["kind"] = kind;
  json["jobReference"] = job_reference(call, job);
  return json;
}

}  // namespace

Answer jobs_query(const Call& call) {
  const auto body = read_body(call);
  if (const auto* refusal = std::get_if<Answer>(&body)) return *refusal;
  const auto read = read_query_request(std::get<Json>(body));
  if (const auto* refusal = std::get_if<Answer>(&read)) return *refusal;
  const auto& request = std::get<QueryRequest>(read);
  const auto filed = file_job(call, request);
  if (const auto* refusal = std::get_if<Answer>(&filed)) return *refusal;
  const QueryJob& job = *std::get<const QueryJob*>(filed);
  Waited waited = wait_for(call, job, request.timeout_ms);
  if (job.dry_run) waited = {};
  Json json = head_of(call, job, "bigquery#queryResponse");
  put_creation(json, call, job);
  if (!waited.over) {
    json["jobComplete"] = false;
    return held_answer(std::move(json), waited);
  }
  if (const auto error = error_of(job)) return answer_failure(job, *error, std::move(json), waited);
  const auto& result = std::get<sql::QueryResult>(job.outcome);
  json["schema"] = schema_of(result);
  const Paging page = Paging::first(call, listing_of(job), result.rows.size(), request.max_results);
  if (!job.dry_run) put_rows(json, result, request.timestamps, page);
  json["totalBytesProcessed"] = std::to_string(result.bytes_processed);
  json["jobComplete"] = true;
  json["cacheHit"] = job.from_cache;
  if (!job.dry_run) put_statistics(json, job, result);
  Answer answer = held_answer(std::move(json), waited);
  answer.page = page.page();
  return answer;
}

Answer jobs_get_query_results(const Call& call) {
  const auto found = find_job(call);
  if (const auto* refusal = std::get_if<Answer>(&found)) return *refusal;
  const QueryJob& job = *std::get<const QueryJob*>(found);
  NumberParameter timeout = number_parameter(call, "timeoutMs");
  if (timeout.refusal) return *std::move(timeout.refusal);
  const auto asked_ms = static_cast<std::int64_t>(
      std::min<std::uint64_t>(timeout.value.value_or(kDefaultTimeoutMs), kMaxTimeoutMs));
  const Waited waited = wait_for(call, job, asked_ms);
  Json json = head_of(call, job, "bigquery#getQueryResultsResponse");
  json["etag"] = etag_of(json);
  if (!waited.over) {
    json["jobComplete"] = false;
    return held_answer(std::move(json), waited);
  }
  if (const auto error = error_of(job)) return answer_failure(job, *error, std::move(json), waited);
  const auto& result = std::get<sql::QueryResult>(job.outcome);
  const auto cut = Paging::of(call, listing_of(job), result.rows.size(), result.rows.size());
  if (const auto* refusal = std::get_if<Answer>(&cut)) return *refusal;
  const auto& page = std::get<Paging>(cut);
  json["schema"] = schema_of(result);
  put_rows(json, result, timestamp_form(call), page);
  json["totalBytesProcessed"] = std::to_string(result.bytes_processed);
  json["jobComplete"] = true;
  json["cacheHit"] = job.from_cache;
  json["etag"] = etag_of(json);
  Answer answer = held_answer(std::move(json), waited);
  answer.page = page.page();
  return answer;
}

}  // namespace assay::warehouse::bigquery
