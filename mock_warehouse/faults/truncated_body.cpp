#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the connection is closed in good order before the body is whole",
  "properties": {
    "bytes": {"$ref": "#/definitions/body_bytes"},
    "framing": {
      "description": "how the body's length is told; absent, and to HTTP/1.0: content_length",
      "enum": ["content_length", "chunked"]
    }
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  reply.framing.chunked = reply.framing.minor_version > 0 &&
                          context.parameters.value("framing", "content_length") == "chunked";
  reply.cut_body(optional_size(context.parameters, "bytes"));
  reply.end = Reply::End::kFin;
  return true;
}

}  // namespace

extern const Fault k_truncated_body{"truncated_body", kParameters,
                                    always<Part::kFraming | Part::kEnd>, apply};

}  // namespace assay::warehouse
