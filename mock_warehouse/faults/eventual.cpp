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

std::optional<WireProgram> compile(FaultContext& context) {
  const Hidden hidden{context.parameters.value("date", "")};
  const Answer answer = answer_call(context.world, context.request, context.call, hidden);
  if (answer.document == context.healthy().document) return std::nullopt;
  return whole_answer(answer, context.framing);
}

bool over(const FaultContext& context) {
  const Json& parameters = context.parameters;
  if (parameters.contains("after_calls"))
    return context.use >= parameters["after_calls"].get<int>();
  return context.elapsed >= std::chrono::milliseconds(parameters.at("after_ms").get<int>());
}

}  // namespace

extern const Fault k_eventual{"eventual", kParameters, compile, over};

}  // namespace assay::warehouse
