#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "bytes that are no HTTP, and then the connection is closed in good order",
  "properties": {
    "text": {"description": "these, as another service would greet; absent: drawn ones", "type": "string", "minLength": 1, "maxLength": 4096},
    "bytes": {"description": "how many are drawn; absent: 64", "type": "integer", "minimum": 1, "maximum": 65536}
  },
  "not": {"description": "either text or a number of bytes", "required": ["text", "bytes"]}
})";

constexpr Parts kDecides = Parts::range(Part::kVisible, Part::kFraming) | Part::kEnd;

std::string drawn(std::size_t size, Random& random) {
  std::string bytes;
  while (bytes.size() < size) bytes += static_cast<char>(random.uniform(0, 255));
  return bytes;
}

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  reply.on_wire() = {
      .head = parameters.contains("text")
                  ? parameters["text"].get<std::string>()
                  : drawn(optional_size(parameters, "bytes").value_or(64), context.random)};
  reply.status.reset();
  reply.end = Reply::End::kFin;
  return true;
}

}  // namespace

extern const Fault k_garbage{"garbage", kParameters, always<kDecides>, apply};

}  // namespace assay::warehouse
