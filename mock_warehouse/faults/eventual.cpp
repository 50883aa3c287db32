#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "partitions are not there yet: not found, and left out of listings",
  "properties": {
    "after_calls": {"description": "seen from the request behind so many on", "type": "integer", "minimum": 1, "maximum": 1000000},
    "after_ms": {"description": "seen from so many virtual milliseconds after the case's start on", "type": "integer", "minimum": 1, "maximum": 86400000},
    "date": {"description": "the partition; absent: all", "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
  },
  "oneOf": [{"required": ["after_calls"]}, {"required": ["after_ms"]}]
})";

bool apply(FaultContext& context, Reply& reply) {
  View view = reply.view;
  view.hidden = View::Hidden{context.parameters.value("date", "")};
  return context.see(reply, std::move(view));
}

bool over(const FaultContext& context) {
  const Json& parameters = context.parameters;
  if (parameters.contains("after_calls"))
    return context.use >= parameters["after_calls"].get<int>();
  return context.elapsed >= std::chrono::milliseconds(parameters.at("after_ms").get<int>());
}

}  // namespace

extern const Fault k_eventual{"eventual", kParameters, always<Part::kVisible>, apply, over};

}  // namespace assay::warehouse
