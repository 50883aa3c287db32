#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the answer comes in drips: a few bytes at a time, with a pause behind each",
  "properties": {
    "chunk_bytes": {"description": "bytes of a drip; absent: 16", "type": "integer", "minimum": 1, "maximum": 1048576},
    "every_ms": {"description": "virtual milliseconds from one drip to the next; absent: 1000", "type": "integer", "minimum": 1, "maximum": 86400000},
    "part": {"description": "what comes so slowly; absent: the body", "enum": ["headers", "body", "both"]}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  const std::string part = parameters.value("part", "body");
  reply.slow =
      Reply::Slow{.pace = {.chunk_bytes = optional_size(parameters, "chunk_bytes").value_or(16),
                           .every = std::chrono::milliseconds(parameters.value("every_ms", 1000))},
                  .head = part != "body",
                  .body = part != "headers"};
  return true;
}

}  // namespace

extern const Fault k_slow_drip{"slow_drip", kParameters, always<Part::kPace>, apply};

}  // namespace assay::warehouse
