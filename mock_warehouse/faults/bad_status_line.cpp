#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the answer begins with a line that HTTP does not know; the rest of it is right",
  "properties": {
    "line": {"description": "that line; absent: HTTP/1.1 OK", "type": "string", "pattern": "^[ -~]*$", "maxLength": 1024}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  reply.framing.status_line = context.parameters.value("line", "HTTP/1.1 OK");
  reply.status.reset();
  return true;
}

}  // namespace

extern const Fault k_bad_status_line{"bad_status_line", kParameters, always<Part::kStatusLine>,
                                     apply};

}  // namespace assay::warehouse
