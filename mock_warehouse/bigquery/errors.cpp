#include "mock_warehouse/bigquery/errors.h"

#include <algorithm>
#include <array>

#include "harness/base/utf8.h"
#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {
namespace {

// https://cloud.google.com/bigquery/docs/error-messages, "Error table"
constexpr std::array kReasons = {
    Reason{"accessDenied", 403, "Access Denied: the caller may not use this resource"},
    Reason{"attributeError", 400, "The code of the query uses an attribute that does not exist"},
    Reason{"backendError", 503, "The service is unavailable for the moment"},
    Reason{"badRequest", 400, "Bad request"},
    Reason{"billingNotEnabled", 403, "Billing has not been enabled for this project"},
    Reason{"billingTierLimitExceeded", 400, "The query exceeded the limit of its billing tier"},
    Reason{"blocked", 403, "The service does not take this operation for the moment"},
    Reason{"duplicate", 409, "Already Exists"},
    Reason{"internalError", 500, "An internal error occurred"},
    Reason{"invalid", 400, "Invalid value"}, Reason{"invalidQuery", 400, "The query is not valid"},
    Reason{"invalidUser", 400, "The user of the scheduled query is not valid"},
    Reason{"jobBackendError", 400, "The job failed for a temporary error; it may be tried again"},
    Reason{"jobInternalError", 400, "The job failed for an internal error; it may be tried again"},
    Reason{"jobRateLimitExceeded", 400, "Exceeded rate limits: the job may be tried again"},
    Reason{"notFound", 404, "Not found"}, Reason{"notImplemented", 501, "This is not implemented"},
    Reason{"proxyAuthenticationRequired", 407, "The proxy needs credentials"},
    Reason{"quotaExceeded", 403, "Quota exceeded"},
    Reason{"rateLimitExceeded", 403, "Exceeded rate limits"},
    Reason{"resourceInUse", 400, "The resource is in use"},
    Reason{"resourcesExceeded", 400, "Resources exceeded during query execution"},
    Reason{"responseTooLarge", 403, "Response too large to return"},
    // The table has 200, which is that of jobs.get, whose answer is the job. An answer that is the
    // error itself has what Google's APIs have for what is cancelled (google/rpc/code.proto).
    Reason{"stopped", 499, "Job execution was cancelled"},
    Reason{"tableUnavailable", 400, "The table is unavailable for the moment"},
    Reason{"timeout", 400, "The job timed out"}};

// google/rpc/code.proto
struct StatusName {
  int status;
  std::string_view name;
  std::string_view reason;
};
constexpr std::array kStatuses = {StatusName{400, "INVALID_ARGUMENT", "badRequest"},
                                  StatusName{401, "UNAUTHENTICATED", "authError"},
                                  StatusName{403, "PERMISSION_DENIED", "accessDenied"},
                                  StatusName{404, "NOT_FOUND", "notFound"},
                                  StatusName{405, "INVALID_ARGUMENT", "httpMethodNotAllowed"},
                                  StatusName{407, "UNAUTHENTICATED", "proxyAuthenticationRequired"},
                                  StatusName{409, "ALREADY_EXISTS", "duplicate"},
                                  StatusName{412, "FAILED_PRECONDITION", "conditionNotMet"},
                                  StatusName{429, "RESOURCE_EXHAUSTED", "rateLimitExceeded"},
                                  StatusName{499, "CANCELLED", "stopped"},
                                  StatusName{500, "INTERNAL", "internalError"},
                                  StatusName{501, "UNIMPLEMENTED", "notImplemented"},
                                  StatusName{502, "UNAVAILABLE", "backendError"},
                                  StatusName{503, "UNAVAILABLE", "backendError"},
                                  StatusName{504, "DEADLINE_EXCEEDED", "backendError"}};

const StatusName& name_of(int status) {
  const auto found = std::ranges::find(kStatuses, status, &StatusName::status);
  if (found != kStatuses.end()) return *found;
  return *std::ranges::find(kStatuses, status < 500 ? 400 : 500, &StatusName::status);
}

}  // namespace

std::span<const Reason> documented_reasons() { return kReasons; }

std::string_view status_name(int status) { return name_of(status).name; }

std::string_view usual_reason(int status) { return name_of(status).reason; }

int status_of(std::string_view reason) {
  const auto found = std::ranges::find(kReasons, reason, &Reason::name);
  return found == kReasons.end() ? 400 : found->status;
}

std::string_view usual_message(std::string_view reason) {
  const auto found = std::ranges::find(kReasons, reason, &Reason::name);
  return found == kReasons.end() ? "The job failed" : found->message;
}

Answer error_answer(const ServiceError& error, std::optional<int> status) {
  const int code = status.value_or(status_of(error.reason));
  Json item;
  item["message"] = to_valid_utf8(error.message);
  item["domain"] = "global";
  item["reason"] = error.reason;
  if (!error.location.empty()) item["location"] = error.location;
  if (!error.location_type.empty()) item["locationType"] = error.location_type;
  Json document;
  document["error"]["code"] = code;
  document["error"]["message"] = item["message"];
  document["error"]["errors"] = Json::array({std::move(item)});
  document["error"]["status"] = status_name(code);
  return resource_answer(std::move(document), code);
}

Answer invalid(std::string_view parameter, std::string_view message) {
  return error_answer({"invalid",
                       "Invalid value for " + std::string(parameter) + ": " + std::string(message),
                       std::string(parameter), "parameter"});
}

Answer not_found(std::string_view what) {
  return error_answer({"notFound", "Not found: " + std::string(what), "", ""});
}

Json error_proto(const ServiceError& error) {
  Json proto;
  proto["reason"] = error.reason;
  if (!error.location.empty()) proto["location"] = error.location;
  proto["message"] = to_valid_utf8(error.message);
  return proto;
}

}  // namespace assay::warehouse::bigquery
