#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "an error of the API, or of something in front of it that speaks its format",
  "properties": {
    "status": {"description": "the HTTP status; what else the step leaves out follows from it", "type": "integer", "minimum": 400, "maximum": 599},
    "reason": {"$ref": "#/definitions/reason"},
    "code": {"$ref": "#/definitions/code"},
    "message": {"$ref": "#/definitions/message"},
    "retryable": {"description": "absent: true from 500 on", "type": "boolean"},
    "headers": {"$ref": "#/definitions/headers"}
  },
  "required": ["status"]
})";

std::string_view usual_code(int status) {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "permission_denied";
    case 404:
      return "not_found";
    case 429:
      return "rate_limited";
    case 503:
      return "unavailable";
    case 504:
      return "timeout";
    default:
      return status < 500 ? "bad_request" : "internal";
  }
}

bool apply(FaultContext& context, Reply& reply) {
  const int status = context.parameters.at("status").get<int>();
  const UsualError usual{status, usual_code(status), reason_phrase(status), status >= 500};
  reply.say(scripted_error(context, usual));
  return true;
}

}  // namespace

extern const Fault k_http_error{"http_error", kParameters, always<kWholeAnswer>, apply};

}  // namespace assay::warehouse
