#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the body comes as one chunk, not as RFC 9112 has it, and the connection is closed in good order behind it; to HTTP/1.0 as well, which knows no chunks",
  "properties": {
    "defect": {
      "description": "size: the line with the chunk's size holds no number; terminator: no line end behind the chunk; last_chunk: the empty one that ends the body is missing; absent: size",
      "enum": ["size", "terminator", "last_chunk"]
    }
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  const std::string defect = context.parameters.value("defect", "size");
  reply.framing.chunked = true;
  reply.end = Reply::End::kFin;
  if (reply.framing.head_only) return true;
  RenderedAnswer& bytes = reply.on_wire();
  if (defect == "size") bytes.opening = "size\r\n";
  if (defect == "terminator") bytes.closing = "0\r\n\r\n";
  if (defect == "last_chunk") bytes.closing = "\r\n";
  return true;
}

}  // namespace

extern const Fault k_malformed_chunk{"malformed_chunk", kParameters,
                                     always<Part::kFraming | Part::kEnd>, apply};

}  // namespace assay::warehouse
