#include "mock_warehouse/bigquery/query_request.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/parameters.h"

namespace assay::warehouse::bigquery {
namespace {

constexpr std::size_t kMaxJobId = 1'024;
constexpr std::size_t kMaxRequestId = 36;
/// No job takes longer, so what is beyond it is no limit.
constexpr std::int64_t kMaxJobTimeoutMs = 86'400'000;

/// Reads fields of an object, and keeps the first thing that is wrong with them. JSON's null is as
/// if the field were absent; int64 may be text or a number.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {}

  std::string text(const char* name) {
    const Json& field = at(name);
    if (field.is_null()) return "";
    if (field.is_string()) return field.get<std::string>();
    refuse(name, "expected a string");
    return "";
  }

  std::optional<bool> boolean(const char* name) {
    const Json& field = at(name);
    if (field.is_null()) return std::nullopt;
    if (field.is_boolean()) return field.get<bool>();
    refuse(name, "expected true or false");
    return std::nullopt;
  }

  std::optional<std::int64_t> number(const char* name) {
    const Json& field = at(name);
    if (field.is_null()) return std::nullopt;
    if (field.is_number_integer()) {
      // What does not fit comes out below zero.
      const auto value = field.get<std::int64_t>();
      if (value >= 0) return value;
    }
    if (field.is_string()) {
      const auto text = field.get<std::string>();
      std::int64_t value = 0;
      const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
      if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && value >= 0)
        return value;
    }
    refuse(name, "expected a whole number from 0 on");
    return std::nullopt;
  }

  /// An empty object where the field is absent.
  const Json& object(const char* name) {
    static const Json kEmpty = Json::object();
    const Json& field = at(name);
    if (field.is_object()) return field;
    if (!field.is_null()) refuse(name, "expected an object");
    return kEmpty;
  }

  const Json& at(const char* name) const {
    static const Json kNull;
    const auto found = object_.find(name);
    return found == object_.end() ? kNull : *found;
  }

  void refuse(const char* name, std::string_view message) {
    if (!refusal_) refusal_ = invalid(name, message);
  }
  std::optional<Answer>& refusal() { return refusal_; }

 private:
  const Json& object_;
  std::optional<Answer> refusal_;
};

Answer not_implemented(std::string_view what) {
  return error_answer(
      {"notImplemented", std::string(what) + " is not part of this warehouse", "", ""});
}

/// Fields that ask for what this warehouse does not do; elsewhere they would change the answer.
std::optional<Answer> beyond_subset(const Fields& fields) {
  for (const char* name : {"destinationTable", "tableDefinitions", "userDefinedFunctionResources",
                           "createSession", "continuous"})
    if (const Json& field = fields.at(name); !field.is_null() && field != false)
      return not_implemented(name);
  return std::nullopt;
}

/// The dialect that the query's first line names, where it names one: a line "#legacySQL" or
/// "#standardSQL", in capitals or not.
std::optional<bool> legacy_by_prefix(std::string_view sql) {
  const std::string_view line = sql.substr(0, sql.find_first_of("\r\n \t"));
  if (same_name(line, "#legacySQL")) return true;
  if (same_name(line, "#standardSQL")) return false;
  return std::nullopt;
}

/// Legacy SQL is what a request means that says nothing; a query and its request must not disagree.
std::optional<Answer> refuse_dialect(std::string_view sql, std::optional<bool> asked) {
  const std::optional<bool> named = legacy_by_prefix(sql);
  if (named && asked && *named != *asked)
    return invalid("useLegacySql", std::string("the query begins with ") +
                                       (*named ? "#legacySQL" : "#standardSQL") +
                                       ", and the request says otherwise");
  if (!named.value_or(asked.value_or(true))) return std::nullopt;
  return invalid(
      "useLegacySql",
      "this warehouse has no legacy SQL, which is meant where useLegacySql is not false; "
      "set it to false, and write GoogleSQL");
}

/// What a query has in common, whichever method it comes by.
std::optional<Answer> read_query(Fields& fields, QueryRequest& request) {
  request.query.sql = fields.text("query");
  request.use_cache = fields.boolean("useQueryCache").value_or(true);
  request.max_bytes_billed = fields.number("maximumBytesBilled");
  const std::optional<bool> legacy = fields.boolean("useLegacySql");
  if (request.query.sql.empty()) return invalid("query", "expected a query");
  if (auto refusal = refuse_dialect(request.query.sql, legacy)) return refusal;
  if (auto refusal = beyond_subset(fields)) return refusal;
  if (auto refusal = read_parameters(fields.at("queryParameters"), request.query.parameters))
    return refusal;
  return std::move(fields.refusal());
}

Json configuration_of(const QueryRequest& request, const Fields& fields) {
  Json query;
  query["query"] = request.query.sql;
  for (const char* name :
       {"queryParameters", "parameterMode", "defaultDataset", "maximumBytesBilled"})
    if (const Json& field = fields.at(name); !field.is_null()) query[name] = field;
  query["priority"] = "INTERACTIVE";
  query["useQueryCache"] = request.use_cache;
  query["useLegacySql"] = false;
  Json configuration;
  configuration["query"] = std::move(query);
  configuration["jobType"] = "QUERY";
  if (request.query.dry_run) configuration["dryRun"] = true;
  return configuration;
}

/// Zero is as if it were absent.
std::optional<Duration> job_timeout(Fields& fields) {
  const std::int64_t ms = fields.number("jobTimeoutMs").value_or(0);
  if (ms == 0) return std::nullopt;
  return std::chrono::milliseconds(std::min(ms, kMaxJobTimeoutMs));
}

/// What belongs to the job and not to its query.
void put_job_options(Json& configuration, const Fields& fields) {
  if (const Json& labels = fields.at("labels"); labels.is_object())
    configuration["labels"] = labels;
  if (const Json& ms = fields.at("jobTimeoutMs"); !ms.is_null())
    configuration["jobTimeoutMs"] = ms.is_string() ? ms : Json(dump_json(ms));
}

bool is_job_id(std::string_view id) {
  return id.size() <= kMaxJobId && std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

}  // namespace

std::variant<QueryRequest, Answer> read_query_request(const Json& body) {
  QueryRequest request;
  Fields fields(body);
  request.query.dry_run = fields.boolean("dryRun").value_or(false);
  request.location = fields.text("location");
  request.request_id = fields.text("requestId");
  if (request.request_id.size() > kMaxRequestId)
    fields.refuse("requestId", "expected at most 36 characters");
  if (const auto size = fields.number("maxResults")) request.max_results = *size;
  request.timeout_ms =
      std::min(fields.number("timeoutMs").value_or(kDefaultTimeoutMs), kMaxTimeoutMs);
  request.job_timeout = job_timeout(fields);
  Fields format(fields.object("formatOptions"));
  request.timestamps = timestamp_form(format.boolean("useInt64Timestamp").value_or(false),
                                      format.text("timestampOutputFormat"));
  if (format.refusal()) return *std::move(format.refusal());
  if (auto refusal = read_query(fields, request)) return *std::move(refusal);
  request.configuration = configuration_of(request, fields);
  put_job_options(request.configuration, fields);
  return request;
}

std::variant<QueryRequest, Answer> read_job(const Call& call, const Json& body) {
  QueryRequest request;
  Fields fields(body);
  Fields reference(fields.object("jobReference"));
  request.job_id = reference.text("jobId");
  request.location = reference.text("location");
  const std::string project = reference.text("projectId");
  if (!project.empty() && project != call.route.project)
    reference.refuse("projectId", "it is not the project of the request");
  if (!is_job_id(request.job_id))
    reference.refuse("jobId", "expected letters, digits, '_' and '-', at most 1,024 of them");
  Fields configuration(fields.object("configuration"));
  for (const char* kind : {"load", "copy", "extract"})
    if (!configuration.at(kind).is_null())
      return not_implemented("a job of the kind " + std::string(kind));
  request.query.dry_run = configuration.boolean("dryRun").value_or(false);
  request.job_timeout = job_timeout(configuration);
  Fields query(configuration.object("query"));
  for (Fields* part : {&fields, &reference, &configuration})
    if (part->refusal()) return *std::move(part->refusal());
  if (auto refusal = read_query(query, request)) return *std::move(refusal);
  request.configuration = configuration_of(request, query);
  put_job_options(request.configuration, configuration);
  return request;
}

std::variant<Json, Answer> read_body(const Call& call) {
  auto body = parse_json(call.request.body, "the body");
  if (!body.ok() || !body->is_object())
    return error_answer({"parseError", "The body is no JSON object", "", ""});
  return std::move(body).value();
}

}  // namespace assay::warehouse::bigquery
