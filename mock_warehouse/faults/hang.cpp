#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the answer, or the rest of it, never comes, and the connection stays open",
  "properties": {
    "at": {"$ref": "#/definitions/moment"},
    "bytes": {"$ref": "#/definitions/body_bytes"}
  }
})";

std::optional<WireProgram> compile(FaultContext& context) {
  return until_moment(context.parameters, context.healthy(), context.framing).add(Hang{});
}

}  // namespace

extern const Fault k_hang{"hang", kParameters, compile};

}  // namespace assay::warehouse
