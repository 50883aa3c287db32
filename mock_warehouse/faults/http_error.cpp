#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "an error of the API, or of something before it",
  "properties": {
    "status": {"type": "integer", "minimum": 400, "maximum": 599},
    "reason": {
      "description": "the reason phrase; absent: the usual one",
      "type": "string", "pattern": "^[ -~]*$", "maxLength": 256
    },
    "code": {
      "description": "error.code; absent: by the status",
      "type": "string", "maxLength": 128
    },
    "message": {"description": "error.message", "type": "string", "maxLength": 4096},
    "retryable": {"description": "absent: true from 500 on", "type": "boolean"},
    "headers": {
      "description": "further header fields",
      "type": "object", "maxProperties": 32,
      "propertyNames": {
        "pattern": "^[A-Za-z][A-Za-z0-9-]*$",
        "not": {
          "description": "the server frames the answer itself",
          "pattern": "^([Cc][Oo][Nn][Tt][Ee][Nn][Tt]-[Ll][Ee][Nn][Gg][Tt][Hh]|[Tt][Rr][Aa][Nn][Ss][Ff][Ee][Rr]-[Ee][Nn][Cc][Oo][Dd][Ii][Nn][Gg]|[Cc][Oo][Nn][Nn][Ee][Cc][Tt][Ii][Oo][Nn])$"
        }
      },
      "additionalProperties": {"type": "string", "pattern": "^[ -~]*$", "maxLength": 1024}
    }
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

std::optional<WireProgram> compile(FaultContext& context) {
  const Json& parameters = context.parameters;
  const int status = parameters.at("status").get<int>();
  Answer answer = error_answer(status, parameters.value("code", std::string(usual_code(status))),
                               parameters.value("message", std::string(reason_phrase(status))),
                               parameters.value("retryable", status >= 500));
  answer.reason = parameters.value("reason", "");
  if (parameters.contains("headers"))
    for (const auto& [name, value] : parameters["headers"].items())
      answer.headers.emplace_back(name, value.get<std::string>());
  return whole_answer(answer, context.framing);
}

}  // namespace

extern const Fault k_http_error{"http_error", kParameters, compile};

}  // namespace assay::warehouse
