#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "too many requests",
  "properties": {
    "status": {"description": "of the refusal; absent: 429", "enum": [429, 403]},
    "retry_after": {
      "description": "the Retry-After header; absent: none",
      "oneOf": [
        {"description": "seconds", "type": "integer", "minimum": 0, "maximum": 86400},
        {
          "description": "an HTTP-date, so many seconds from the answer on",
          "type": "object",
          "properties": {"http_date_in_s": {"description": "may be below zero, for a date that is over", "type": "integer", "minimum": -86400, "maximum": 86400}},
          "required": ["http_date_in_s"],
          "additionalProperties": false
        },
        {"description": "this text, valid or not", "type": "string", "pattern": "^[ -~]*$", "maxLength": 256}
      ]
    },
    "reason": {"$ref": "#/definitions/reason"},
    "code": {"$ref": "#/definitions/code"},
    "message": {"$ref": "#/definitions/message"},
    "headers": {"$ref": "#/definitions/headers"}
  }
})";

std::string retry_after(const Json& value, VirtualTime date) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return std::to_string(value.get<int>());
  return format_http_date(date + std::chrono::seconds(value.at("http_date_in_s").get<int>()));
}

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  Answer answer = scripted_error(context, {parameters.value("status", 429), "rate_limited",
                                           "too many requests", true, "rateLimitExceeded"});
  if (parameters.contains("retry_after"))
    answer.headers.emplace_back("Retry-After",
                                retry_after(parameters["retry_after"], reply.framing.date));
  reply.say(std::move(answer));
  return true;
}

}  // namespace

extern const Fault k_rate_limited{"rate_limited", kParameters, always<kWholeAnswer>, apply};

}  // namespace assay::warehouse
