#include "mock_warehouse/bigquery/jobs.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "harness/base/sha256.h"
#include "mock_warehouse/bigquery/paging.h"
#include "mock_warehouse/bigquery/types.h"

namespace assay::warehouse::bigquery {
namespace {

/// So long a repeated requestId stands for the same request.
constexpr auto kRequestIdLife = std::chrono::minutes(15);
constexpr std::size_t kDefaultListSize = 50;
constexpr const char* kOwner = "candidate@warehouse.example";

/// Whose answer may be another one the next time, so that none is kept.
constexpr std::array<std::string_view, 8> kVolatile = {
    "CURRENT_DATE", "CURRENT_TIME",  "CURRENT_DATETIME", "CURRENT_TIMESTAMP",
    "RAND",         "GENERATE_UUID", "SESSION_USER",     "INFORMATION_SCHEMA"};

bool is_volatile(std::string sql) {
  std::ranges::transform(sql, sql.begin(), [](unsigned char c) { return std::toupper(c); });
  return std::ranges::any_of(
      kVolatile, [&](std::string_view word) { return sql.find(word) != std::string::npos; });
}

/// Whether a query can be about a dataset.
bool names_data(std::string sql) {
  std::ranges::transform(sql, sql.begin(), [](unsigned char c) { return std::toupper(c); });
  return sql.find("FROM") != std::string::npos;
}

bool is_here(std::string_view location) {
  return location.empty() || same_name(location, kLocation);
}

/// Of which a repeated requestId must be a repetition: all but how long is waited and shown.
std::string request_key(const QueryRequest& request) {
  if (request.request_id.empty()) return "";
  return sha256_hex(request.request_id + "\n" + dump_json(request.configuration));
}

bool is_ours(const QueryJob& job) { return job.note.is_object() && job.note.contains("reference"); }

std::string state_of(const Call& call, const QueryJob& job) {
  if (is_held_up(call, job)) return call.view.pending->state;
  return call.desk.now() < job.done ? "RUNNING" : "DONE";
}

Json query_statistics(const Call& call, const QueryJob& job) {
  Json query = Json::object();
  const auto error = error_of(job);
  if (!error || error->reason != "invalidQuery") query["statementType"] = "SELECT";
  const auto* result = std::get_if<sql::QueryResult>(&job.outcome);
  if (result == nullptr) return query;
  query["totalBytesProcessed"] = std::to_string(result->bytes_processed);
  query["totalBytesBilled"] =
      std::to_string(job.dry_run ? 0 : billed_bytes(result->bytes_processed));
  query["cacheHit"] = job.from_cache;
  query["totalSlotMs"] = std::to_string(to_ms(job.done - job.created));
  for (const std::string& table : result->tables)
    query["referencedTables"].push_back(
        {{"projectId", call.world.project}, {"datasetId", call.world.dataset}, {"tableId", table}});
  if (!job.dry_run) return query;
  Json fields = Json::array();
  for (const sql::Field& field : result->schema)
    fields.push_back(field_schema(field.name, type_from(field.type)));
  query["schema"]["fields"] = std::move(fields);
  query["totalBytesProcessedAccuracy"] = "PRECISE";
  return query;
}

Json statistics(const Call& call, const QueryJob& job, const std::string& state) {
  Json json;
  json["creationTime"] = epoch_ms(job.created);
  if (state != "PENDING") json["startTime"] = epoch_ms(job.created);
  if (state != "DONE") {
    json["query"]["statementType"] = "SELECT";
    return json;
  }
  json["endTime"] = epoch_ms(job.done);
  Json query = query_statistics(call, job);
  if (query.contains("totalBytesProcessed")) {
    json["totalBytesProcessed"] = query["totalBytesProcessed"];
    json["totalSlotMs"] = query["totalSlotMs"];
  }
  json["finalExecutionDurationMs"] = std::to_string(to_ms(job.done - job.created));
  json["query"] = std::move(query);
  return json;
}

Json status(const QueryJob& job, const std::string& state) {
  Json json;
  const auto error = error_of(job);
  if (error && state == "DONE") {
    json["errorResult"] = error_proto(*error);
    json["errors"] = Json::array({error_proto(*error)});
  }
  json["state"] = state;
  return json;
}

Json job_json(const Call& call, const QueryJob& job) {
  const std::string state = state_of(call, job);
  // Who files a job asks what became of it, whatever this answer says by chance.
  if (state == "DONE" && call.route.method != Method::kJobsInsert) call.desk.tell_over(job);
  const Json reference = job_reference(call, job);
  const std::string id = job.dry_run ? "" : job.id;
  Json json;
  json["kind"] = "bigquery#job";
  json["id"] = call.world.project + ":" + std::string(kLocation) + "." + id;
  json["selfLink"] = self_link(call.world, "jobs/" + id + "?location=" + std::string(kLocation));
  json["user_email"] = kOwner;
  json["configuration"] = job.note.value("configuration", Json::object());
  json["jobReference"] = reference;
  json["statistics"] = statistics(call, job, state);
  json["status"] = status(job, state);
  json["jobCreationReason"]["code"] = "REQUESTED";
  json["etag"] = etag_of(json);
  return json;
}

/// As jobs.list has it: what is nested in the resource stands beside it.
Json list_item(const Call& call, const QueryJob& job, bool full) {
  const Json whole = job_json(call, job);
  Json item;
  for (const char* key : {"id", "kind", "jobReference"}) item[key] = whole.at(key);
  item["state"] = whole.at("status").at("state");
  item["statistics"] = whole.at("statistics");
  if (whole.at("status").contains("errorResult"))
    item["errorResult"] = whole.at("status").at("errorResult");
  if (!full) return item;
  item["configuration"] = whole.at("configuration");
  item["status"] = whole.at("status");
  item["user_email"] = whole.at("user_email");
  return item;
}

/// What a list is asked to show.
struct Selection {
  std::vector<std::string> states;  ///< empty: all
  std::optional<std::uint64_t> min_ms;
  std::optional<std::uint64_t> max_ms;

  bool has(const Call& call, const QueryJob& job) const {
    const auto ms = static_cast<std::uint64_t>(to_ms(job.created.time_since_epoch()));
    const std::string state = state_of(call, job);
    bool fits = states.empty();
    for (const std::string& wanted : states) fits = fits || same_name(wanted, state);
    return fits && (!min_ms || ms >= *min_ms) && (!max_ms || ms <= *max_ms);
  }
};

constexpr std::array<std::string_view, 3> kStates = {"DONE", "PENDING", "RUNNING"};

std::optional<Answer> read_selection(const Call& call, Selection& selection) {
  selection.states = text_parameters(call, "stateFilter");
  for (const std::string& state : selection.states)
    if (std::ranges::none_of(kStates, [&](std::string_view s) { return same_name(s, state); }))
      return invalid("stateFilter", "expected done, pending or running");
  for (const auto& [name, bound] : {std::pair{"minCreationTime", &selection.min_ms},
                                    std::pair{"maxCreationTime", &selection.max_ms}}) {
    NumberParameter number = number_parameter(call, name);
    if (number.refusal) return number.refusal;
    *bound = number.value;
  }
  return std::nullopt;
}

}  // namespace

bool is_held_up(const Call& call, const QueryJob& job) {
  return call.view.pending && !call.desk.is_settled(job);
}

Json job_reference(const Call& call, const QueryJob& job) {
  Json reference;
  reference["projectId"] = call.world.project;
  if (!job.dry_run) reference["jobId"] = job.id;
  reference["location"] = kLocation;
  return reference;
}

std::optional<ServiceError> error_of(const QueryJob& job) {
  const auto* error = std::get_if<sql::QueryError>(&job.outcome);
  if (error == nullptr) return std::nullopt;
  return ServiceError{error->reason, error->message, error->reason == "invalidQuery" ? "query" : "",
                      ""};
}

std::variant<const QueryJob*, Answer> file_job(const Call& call, const QueryRequest& request) {
  if (!is_here(request.location)) {
    if (!names_data(request.query.sql))
      return invalid("location", request.location + ", for all of this warehouse is in " +
                                     std::string(kLocation));
    return not_found("Dataset " + call.world.project + ":" + call.world.dataset +
                     " was not found in location " + request.location);
  }
  if (!request.job_id.empty()) {
    const QueryJob* taken = call.desk.find(request.job_id);
    if (taken != nullptr && !call.desk.is_own(*taken) && !taken->dry_run)
      return error_answer({"duplicate",
                           "Already Exists: Job " + call.world.project + ":" +
                               std::string(kLocation) + "." + request.job_id,
                           "", ""});
  }
  const std::string key = request_key(request);
  if (!key.empty())
    for (const QueryJob* job : call.desk.jobs())
      if (is_ours(*job) && job->note.at("request") == key && !call.desk.is_own(*job) &&
          job->created + kRequestIdLife > call.desk.now())
        return job;
  Filing filing{.id = request.query.dry_run ? "" : request.job_id};
  filing.note["reference"] = "bigquery";
  filing.note["request"] = key;
  filing.note["configuration"] = request.configuration;
  filing.may_use_cache = request.use_cache && !is_volatile(request.query.sql);
  filing.errors_at_once = true;
  filing.max_bytes = request.max_bytes_billed;
  filing.stops_after = request.job_timeout;
  sql::Query query = request.query;
  query.view = call.view;
  const QueryJob& job = call.desk.run(std::move(query), filing);
  if (call.view.job_failure && !job.dry_run)
    call.desk.end(job.id, {call.view.job_failure->reason, call.view.job_failure->message}, true);
  return &job;
}

std::variant<const QueryJob*, Answer> find_job(const Call& call) {
  const QueryJob* job = call.desk.find(call.route.job);
  if (job == nullptr || !is_ours(*job) || job->dry_run ||
      !is_here(text_parameter(call, "location")))
    return not_found("Job " + call.world.project + ":" + to_valid_utf8(call.route.job));
  if (call.view.job_failure)
    call.desk.end(job->id, {call.view.job_failure->reason, call.view.job_failure->message}, true);
  return job;
}

Answer jobs_insert(const Call& call) {
  const auto body = read_body(call);
  if (const auto* refusal = std::get_if<Answer>(&body)) return *refusal;
  const auto request = read_job(call, std::get<Json>(body));
  if (const auto* refusal = std::get_if<Answer>(&request)) return *refusal;
  const auto filed = file_job(call, std::get<QueryRequest>(request));
  if (const auto* refusal = std::get_if<Answer>(&filed)) return *refusal;
  const QueryJob& job = *std::get<const QueryJob*>(filed);
  // Of a dry run nothing is kept that could be asked for the error.
  if (const auto error = error_of(job); error && job.dry_run) return error_answer(*error);
  return resource_answer(job_json(call, job));
}

Answer jobs_get(const Call& call) {
  const auto found = find_job(call);
  if (const auto* refusal = std::get_if<Answer>(&found)) return *refusal;
  return resource_answer(job_json(call, *std::get<const QueryJob*>(found)));
}

Answer jobs_cancel(const Call& call) {
  const auto found = find_job(call);
  if (const auto* refusal = std::get_if<Answer>(&found)) return *refusal;
  const QueryJob& job = *std::get<const QueryJob*>(found);
  if (state_of(call, job) != "DONE")
    call.desk.end(job.id, {"stopped", "Job execution was cancelled: User requested cancellation"},
                  false);
  Json json;
  json["kind"] = "bigquery#jobCancelResponse";
  json["job"] = job_json(call, job);
  return resource_answer(std::move(json));
}

Answer jobs_delete(const Call& call) {
  if (text_parameter(call, "location").empty())
    return invalid("location",
                   "the place of the job is required, such as " + std::string(kLocation));
  const auto found = find_job(call);
  if (const auto* refusal = std::get_if<Answer>(&found)) return *refusal;
  const QueryJob& job = *std::get<const QueryJob*>(found);
  if (state_of(call, job) != "DONE")
    return error_answer(
        {"resourceInUse",
         "Job " + call.world.project + ":" + job.id + " is still running and cannot be deleted", "",
         ""});
  call.desk.forget(job.id);
  return resource_answer(Json::object());
}

Answer jobs_list(const Call& call) {
  Selection selection;
  if (auto refusal = read_selection(call, selection)) return *std::move(refusal);
  std::vector<const QueryJob*> jobs = call.desk.jobs();
  std::erase_if(jobs, [&](const QueryJob* job) {
    return !is_ours(*job) || job->dry_run || !selection.has(call, *job);
  });
  const auto cut = Paging::of(call, "jobs", jobs.size(), kDefaultListSize);
  if (const auto* refusal = std::get_if<Answer>(&cut)) return *refusal;
  Paging page = std::get<Paging>(cut);
  const bool full = same_name(text_parameter(call, "projection"), "full");
  Json items = Json::array();
  std::size_t bytes = 0;
  for (std::size_t i = page.begin(); i < page.end(); ++i) {
    Json item = list_item(call, *jobs[i], full);
    bytes += dump_json(item).size();
    if (bytes > kMaxPageBytes && !items.empty()) {
      page.end_before(i);
      break;
    }
    items.push_back(std::move(item));
  }
  Json json;
  json["kind"] = "bigquery#jobList";
  json["etag"] = etag_of(items);
  if (const std::string next = page.next_token(); !next.empty()) json["nextPageToken"] = next;
  if (!items.empty()) json["jobs"] = std::move(items);
  Answer answer = resource_answer(std::move(json));
  answer.page = page.page();
  return answer;
}

}  // namespace assay::warehouse::bigquery
