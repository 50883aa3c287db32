#include "mock_warehouse/native_queries.h"

#include <array>

namespace assay::warehouse {
namespace {

struct ErrorForm {
  std::string_view reason;  ///< of the engine
  int status;
  std::string_view code;
};
constexpr std::array kErrors = {
    ErrorForm{"invalidQuery", 400, "invalid_query"},
    ErrorForm{"notFound", 404, "not_found"},
    ErrorForm{"accessDenied", 403, "access_denied"},
    ErrorForm{"resourcesExceeded", 400, "resources_exceeded"},
    ErrorForm{"responseTooLarge", 403, "response_too_large"},
    ErrorForm{"quotaExceeded", 403, "quota_exceeded"},
};

Answer answer_error(const sql::QueryError& error) {
  for (const ErrorForm& form : kErrors)
    if (form.reason == error.reason)
      return error_answer(form.status, form.code, error.message, false);
  return error_answer(500, "internal", error.message, true);
}

Answer bad_body(std::string_view message) {
  return error_answer(400, "invalid_parameter", message, false);
}

std::optional<std::string> read_parameter(const std::string& name, const Json& json,
                                          sql::Query& query) {
  sql::Parameter parameter{name, "", json};
  if (json.is_object()) {
    if (!json.contains("value") || !json.value("type", Json()).is_string())
      return "a parameter must be a value, or {\"type\", \"value\"}";
    parameter.type = json.at("type").get<std::string>();
    parameter.value = json.at("value");
  }
  if (parameter.value.is_object()) return "the value of a parameter must be no object";
  query.parameters.push_back(std::move(parameter));
  return std::nullopt;
}

/// The query of a body, or what is wrong with it.
std::optional<std::string> read_query(const Json& body, sql::Query& query) {
  if (!body.is_object()) return "the body must be a JSON object";
  if (!body.contains("sql") || !body.at("sql").is_string()) return "sql must be a text";
  query.sql = body.at("sql").get<std::string>();
  const Json dry_run = body.value("dry_run", Json(false));
  if (!dry_run.is_boolean()) return "dry_run must be true or false";
  query.dry_run = dry_run.get<bool>();
  const Json parameters = body.value("params", Json());
  if (!parameters.is_null() && !parameters.is_structured())
    return "params must be an object, or a list for positional ones";
  if (parameters.size() > sql::kMaxParameters) return "params are too many";
  for (const auto& [key, value] : parameters.items())
    if (auto wrong = read_parameter(parameters.is_array() ? "" : key, value, query)) return wrong;
  return std::nullopt;
}

/// An error that the job has, in an answer of 200.
Answer answer_failed(const QueryJob& job, const sql::QueryError& error) {
  Json json;
  json["job_id"] = job.id;
  json["state"] = "FAILED";
  const Answer told = answer_error(error);  // outlives the loop over it
  for (const auto& [key, value] : told.document.at("error").items()) json["error"][key] = value;
  return json_answer(200, std::move(json));
}

Answer answer_job(const QueryJob& job, const View& view, QueryDesk& desk) {
  Json json;
  json["job_id"] = job.id;
  const bool held_up = view.pending && !desk.is_settled(job);
  if (desk.now() < job.done || held_up) {
    json["state"] = held_up ? view.pending->state : "RUNNING";
    return json_answer(202, std::move(json));
  }
  desk.tell_over(job);
  if (view.job_failure)
    desk.end(job.id, {view.job_failure->reason, view.job_failure->message}, true);
  if (const auto* error = std::get_if<sql::QueryError>(&job.outcome))
    return job.failed_in_200 ? answer_failed(job, *error) : answer_error(*error);
  const auto& result = std::get<sql::QueryResult>(job.outcome);
  json["state"] = "DONE";
  json["schema"] = Json::array();
  for (const sql::Field& field : result.schema)
    json["schema"].push_back({{"name", field.name}, {"type", field.type}});
  Json rows = Json::array();
  for (const Json& values : result.rows) {
    Json row = Json::object();
    for (std::size_t i = 0; i < result.schema.size(); ++i) row[result.schema[i].name] = values[i];
    rows.push_back(std::move(row));
  }
  json["row_count"] = rows.size();
  json["rows"] = std::move(rows);
  json["bytes_processed"] = result.bytes_processed;
  return json_answer(200, std::move(json));
}

}  // namespace

Answer answer_query(const HttpRequest& request, const View& view, QueryDesk& desk) {
  const auto body = parse_json(request.body, "the body");
  if (!body.ok()) return error_answer(400, "bad_request", "the body is no JSON", false);
  sql::Query query;
  if (const auto wrong = read_query(*body, query)) return bad_body(*wrong);
  query.view = view;
  return answer_job(desk.run(std::move(query)), view, desk);
}

Answer answer_get_query(const std::string& id, const View& view, QueryDesk& desk) {
  const QueryJob* job = desk.find(id);
  if (job == nullptr)
    return error_answer(404, "query_not_found", "there is no query " + to_valid_utf8(id), false);
  return answer_job(*job, view, desk);
}

}  // namespace assay::warehouse
