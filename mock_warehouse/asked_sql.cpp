#include "mock_warehouse/asked_sql.h"

#include "harness/model/json.h"

namespace assay::warehouse {
namespace {

/// Where the parts of a query stand in a body, as JSON pointers.
struct Form {
  const char* sql;
  const char* parameters;
  const char* dry_run;
};

constexpr Form kNative{"/sql", "/params", "/dry_run"};
constexpr Form kJobsQuery{"/query", "/queryParameters", "/dryRun"};
constexpr Form kJobsInsert{"/configuration/query/query", "/configuration/query/queryParameters",
                           "/configuration/dryRun"};

const Form* form_of(const ApiCall& call) {
  if (!call.bigquery) return call.operation == Operation::kQuery ? &kNative : nullptr;
  if (call.bigquery->method == bigquery::Method::kJobsQuery) return &kJobsQuery;
  return call.bigquery->method == bigquery::Method::kJobsInsert ? &kJobsInsert : nullptr;
}

}  // namespace

std::string sql_in(const HttpRequest& request, const ApiCall& call) {
  const Form* form = form_of(call);
  if (form == nullptr) return "";
  const auto body = parse_json(request.body, "the body");
  if (!body.ok()) return "";
  const Json* sql = find_in(*body, form->sql);
  if (sql == nullptr || !sql->is_string()) return "";
  std::string text = sql->get<std::string>();
  if (const Json* parameters = find_in(*body, form->parameters);
      parameters != nullptr && !parameters->empty())
    text += "\n-- parameters: " + dump_json(*parameters);
  if (const Json* dry_run = find_in(*body, form->dry_run); dry_run != nullptr && *dry_run == true)
    text += "\n-- dry run";
  return text;
}

const std::string& job_asked_for(const ApiCall& call) {
  static const std::string kNone;
  if (!call.bigquery) return call.operation == Operation::kGetQuery ? call.query_id : kNone;
  return call.bigquery->method == bigquery::Method::kJobsGetQueryResults ? call.bigquery->job
                                                                         : kNone;
}

}  // namespace assay::warehouse
