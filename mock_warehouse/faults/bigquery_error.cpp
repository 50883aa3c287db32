#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "an error of the BigQuery-compatible API, by the reason that the service documents; other APIs answer as ever",
  "properties": {
    "code": {
      "description": "the reason",
      "enum": ["accessDenied", "attributeError", "backendError", "badRequest", "billingNotEnabled", "billingTierLimitExceeded", "blocked", "duplicate", "internalError", "invalid", "invalidQuery", "invalidUser", "jobBackendError", "jobInternalError", "jobRateLimitExceeded", "notFound", "notImplemented", "proxyAuthenticationRequired", "quotaExceeded", "rateLimitExceeded", "resourceInUse", "resourcesExceeded", "responseTooLarge", "stopped", "tableUnavailable", "timeout"]
    },
    "status": {"description": "the HTTP status; absent: the one that goes with the reason", "type": "integer", "minimum": 200, "maximum": 599},
    "message": {"$ref": "#/definitions/message"},
    "headers": {"$ref": "#/definitions/headers"}
  },
  "required": ["code"]
})";

bool apply(FaultContext& context, Reply& reply) {
  if (!context.call.bigquery) return false;
  const std::string reason = context.parameters.at("code").get<std::string>();
  const int status = context.parameters.value("status", bigquery::status_of(reason));
  reply.say(scripted_error(
      context, {status, reason, bigquery::usual_message(reason), status >= 500, reason}));
  return true;
}

}  // namespace

extern const Fault k_bigquery_error{"bigquery_error", kParameters, always<kWholeAnswer>, apply};

}  // namespace assay::warehouse
