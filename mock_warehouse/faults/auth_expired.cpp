#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the token stops being good, whatever it is",
  "properties": {
    "after_calls": {"description": "requests that are answered before; absent: none", "type": "integer", "minimum": 0, "maximum": 1000000},
    "until_refresh": {"description": "the world's refreshed_token is good all the same", "type": "boolean"},
    "status": {"description": "of the refusal; absent: 401", "enum": [401, 403]},
    "reason": {"$ref": "#/definitions/reason"},
    "code": {"$ref": "#/definitions/code"},
    "message": {"$ref": "#/definitions/message"}
  }
})";

bool is_refreshed(const FaultContext& context) {
  return context.parameters.value("until_refresh", false) && context.world.auth &&
         context.world.auth->refreshed_token &&
         bears_token(context.request, *context.world.auth->refreshed_token);
}

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  if (context.use < parameters.value("after_calls", 0) || is_refreshed(context) ||
      context.call.operation == Operation::kRefreshToken)
    return false;
  Answer answer = scripted_error(
      context, {parameters.value("status", 401), "token_expired", "the token has expired", false});
  if (answer.status == 401)
    answer.headers.emplace_back("WWW-Authenticate", R"(Bearer error="invalid_token")");
  reply.say(std::move(answer));
  return true;
}

/// A token that has expired stays so.
bool over(const FaultContext&) { return false; }

}  // namespace

extern const Fault k_auth_expired{"auth_expired", kParameters, always<kWholeAnswer>, apply, over};

}  // namespace assay::warehouse
