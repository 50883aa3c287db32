#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the answer is elsewhere: a chain that ends, or a loop",
  "properties": {
    "count": {"description": "redirects in a row; behind them the step is over", "type": "integer", "minimum": 1, "maximum": 1000},
    "loop": {"description": "every request is sent back to itself", "const": true},
    "status": {"description": "301 to 303, 307 or 308; absent: 302", "enum": [301, 302, 303, 307, 308]},
    "target": {
      "description": "the Location; absent: the request's own target, in a chain with hop=1, hop=2, …",
      "type": "string", "pattern": "^[!-~]+$", "maxLength": 1024
    }
  },
  "oneOf": [{"required": ["count"]}, {"required": ["loop"]}]
})";

/// Each hop of a chain has a URL of its own, so that no client takes it for a loop.
std::string next_hop(std::string target, int hop) {
  for (const char* separator : {"?hop=", "&hop="})
    target.resize(std::min(target.size(), target.find(separator)));
  target += target.find('?') == std::string::npos ? "?hop=" : "&hop=";
  return target + std::to_string(hop);
}

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  std::string location = context.request.target;
  if (parameters.contains("target")) {
    location = parameters["target"].get<std::string>();
  } else if (parameters.contains("count")) {
    location = next_hop(std::move(location), context.use + 1);
  }
  Answer answer;
  answer.status = parameters.value("status", 302);
  answer.content_type = "text/plain";
  answer.body = "see " + location + "\n";
  answer.headers.emplace_back("Location", std::move(location));
  reply.say(std::move(answer));
  return true;
}

bool over(const FaultContext& context) {
  return context.parameters.contains("count") &&
         context.use >= context.parameters["count"].get<int>();
}

}  // namespace

extern const Fault k_redirect{"redirect", kParameters, always<kWholeAnswer | Part::kJson>, apply,
                              over};

}  // namespace assay::warehouse
