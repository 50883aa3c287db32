#include "mock_warehouse/fault.h"

#include <algorithm>

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the Content-Length is not that of the body, and the connection stays open",
  "properties": {
    "by": {
      "description": "bytes that it says too many, so that the client waits for them; below zero, too few, so that the last bytes look like the beginning of the next answer",
      "type": "integer", "minimum": -1048576, "maximum": 1048576, "not": {"description": "that would be no mismatch", "const": 0}
    },
    "text": {"description": "what stands in the place of the number", "type": "string", "pattern": "^[ -~]*$", "maxLength": 256}
  },
  "oneOf": [{"required": ["by"]}, {"required": ["text"]}]
})";

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  if (parameters.contains("text")) {
    reply.framing.content_length = parameters["text"].get<std::string>();
    return true;
  }
  const auto size = static_cast<std::int64_t>(reply.answer.body.size() + reply.answer.padding);
  reply.framing.content_length =
      std::to_string(std::max<std::int64_t>(size + parameters.at("by").get<std::int64_t>(), 0));
  return true;
}

}  // namespace

extern const Fault k_length_mismatch{"length_mismatch", kParameters, always<Part::kFraming>, apply};

}  // namespace assay::warehouse
