#include "mock_warehouse/bigquery/api.h"

#include <algorithm>
#include <array>

#include "mock_warehouse/bigquery/datasets.h"
#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/bigquery/jobs.h"
#include "mock_warehouse/bigquery/partial.h"
#include "mock_warehouse/bigquery/projects.h"
#include "mock_warehouse/bigquery/queries.h"
#include "mock_warehouse/bigquery/tabledata.h"
#include "mock_warehouse/bigquery/tables.h"

namespace assay::warehouse::bigquery {
namespace {

std::optional<Answer> refuse_stranger(const Auth& auth, const Call& call) {
  const bool known = bears_token(call.request, auth.token) ||
                     (auth.refreshed_token && bears_token(call.request, *auth.refreshed_token));
  if (!known) {
    const bool none = find_header(call.request.headers, "Authorization") == nullptr;
    Answer answer = error_answer(
        {none ? "required" : "authError",
         none ? "The request has no access token" : "The access token of the request is not valid",
         "Authorization", "header"},
        401);
    answer.headers.emplace_back("WWW-Authenticate",
                                none ? "Bearer" : R"(Bearer error="invalid_token")");
    return answer;
  }
  const std::string_view method = to_string(call.route.method);
  if (auth.scopes && std::ranges::find(*auth.scopes, method) == auth.scopes->end())
    return error_answer({"accessDenied",
                         "Access Denied: the token is not good for " + std::string(method), "",
                         ""});
  return std::nullopt;
}

constexpr std::array<std::string_view, 8> kHttpMethods = {"GET",     "HEAD",  "POST",  "PUT",
                                                          "OPTIONS", "PATCH", "TRACE", "DELETE"};

Method method_at(const Call& call, std::string_view http_method) {
  const auto route =
      read_call({.method = std::string(http_method), .target = call.request.target}).bigquery;
  return route ? route->method : Method::kUnknown;
}

bool is_served(Method method) {
  return method != Method::kNotImplemented && method != Method::kUnknown;
}

/// Of a path that has methods here, whether the service has this one besides: it writes.
bool service_has(const Call& call) {
  const std::string& http = call.request.method;
  const Method read = method_at(call, "GET");
  if (read == Method::kDatasetsGet || read == Method::kTablesGet)
    return http == "PATCH" || http == "PUT" || http == "DELETE";
  return http == "POST" && (read == Method::kDatasetsList || read == Method::kTablesList);
}

/// A method that is not served, of a path that is the service's.
Answer refuse_method(const Call& call) {
  std::string allow;
  for (const std::string_view http : kHttpMethods)
    if (is_served(method_at(call, http))) allow += (allow.empty() ? "" : ", ") + std::string(http);
  const bool known = std::ranges::find(kHttpMethods, call.request.method) != kHttpMethods.end();
  if (allow.empty() || !known || service_has(call))
    return error_answer({"notImplemented",
                         call.request.method + " of this resource is not part of this warehouse",
                         "", ""});
  Answer answer = error_answer(
      {"httpMethodNotAllowed", "Method not allowed: this path takes " + allow, "", ""}, 405);
  answer.headers.emplace_back("Allow", allow);
  return answer;
}

std::optional<Answer> refuse_path(const Call& call) {
  const Route& route = call.route;
  if (route.method == Method::kUnknown)
    return error_answer({"notFound", "Not found: there is no such method", "", ""});
  if (route.method == Method::kNotImplemented) return refuse_method(call);
  if (!route.project.empty() && route.project != call.world.project)
    return not_found("Project " + route.project);
  if (!route.dataset.empty() && route.dataset != call.world.dataset)
    return not_found("Dataset " + call.world.project + ":" + route.dataset);
  if (!route.table.empty() && call.world.auth && !call.world.auth->may_read(route.table)) {
    const std::string table = full_table_id(call.world, to_valid_utf8(route.table));
    const std::string permission =
        route.method == Method::kTabledataList ? "bigquery.tables.getData" : "bigquery.tables.get";
    return error_answer({"accessDenied",
                         "Access Denied: Table " + table + ": Permission " + permission +
                             " denied on table " + table + " (or it may not exist).",
                         "", ""});
  }
  return std::nullopt;
}

Answer answer_method(const Call& call) {
  switch (call.route.method) {
    case Method::kJobsQuery:
      return jobs_query(call);
    case Method::kJobsGetQueryResults:
      return jobs_get_query_results(call);
    case Method::kJobsInsert:
      return jobs_insert(call);
    case Method::kJobsGet:
      return jobs_get(call);
    case Method::kJobsList:
      return jobs_list(call);
    case Method::kJobsCancel:
      return jobs_cancel(call);
    case Method::kJobsDelete:
      return jobs_delete(call);
    case Method::kDatasetsGet:
      return datasets_get(call);
    case Method::kDatasetsList:
      return datasets_list(call);
    case Method::kTablesGet:
      return tables_get(call);
    case Method::kTablesList:
      return tables_list(call);
    case Method::kTabledataList:
      return tabledata_list(call);
    case Method::kProjectsList:
      return projects_list(call);
    case Method::kNotImplemented:
    case Method::kUnknown:
      break;
  }
  ASSAY_ASSERT(false, "a method without an answer");
}

}  // namespace

Answer answer(const Call& call) {
  if (call.world.auth)
    if (auto refusal = refuse_stranger(*call.world.auth, call)) return *std::move(refusal);
  if (auto refusal = refuse_path(call)) return *std::move(refusal);
  const std::string fields = text_parameter(call, "fields");
  if (fields.empty()) return answer_method(call);
  const auto mask = read_field_mask(fields);
  if (!mask)
    return error_answer({"invalidParameter", "Invalid field selection " + to_valid_utf8(fields),
                         "fields", "parameter"});
  Answer answer = answer_method(call);
  // Errors are told whole.
  if (answer.status != 200) return answer;
  answer.document = select_fields(*mask, answer.document);
  answer.body = dump_json(answer.document);
  return answer;
}

}  // namespace assay::warehouse::bigquery
