#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the right JSON with spaces behind it, far more than anybody asked for",
  "properties": {
    "bytes": {"description": "of the whole body; absent: 16 MiB", "type": "integer", "minimum": 1, "maximum": 1073741824}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  const std::size_t wanted = optional_size(context.parameters, "bytes").value_or(16 << 20);
  const std::size_t size = reply.answer.body.size();
  if (wanted <= size) return false;
  reply.answer.padding = wanted - size;
  return true;
}

}  // namespace

extern const Fault k_oversized_body{"oversized_body", kParameters, always<Part::kBody>, apply};

}  // namespace assay::warehouse
