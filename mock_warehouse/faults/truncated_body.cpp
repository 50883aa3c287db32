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

std::optional<WireProgram> compile(FaultContext& context) {
  const Answer answer = context.healthy();
  Framing framing = context.framing;
  framing.chunked = framing.minor_version > 0 &&
                    context.parameters.value("framing", "content_length") == "chunked";
  const std::string body = render_body(answer, framing);
  // Of a chunk, the line with its size comes first.
  const std::size_t before = framing.chunked ? body.find("\r\n") + 2 : 0;
  WireProgram program;
  program.status = answer.status;
  program.add(Send{render_head(answer, framing)});
  program.add(Send{body.substr(0, before + cut_of(context.parameters, answer))});
  return program.add(Fin{});
}

}  // namespace

extern const Fault k_truncated_body{"truncated_body", kParameters, compile};

}  // namespace assay::warehouse
