#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "a TCP reset in the place of the answer or in the middle of it",
  "properties": {
    "at": {"$ref": "#/definitions/moment"},
    "bytes": {"$ref": "#/definitions/body_bytes"}
  }
})";

std::optional<WireProgram> compile(FaultContext& context) {
  return until_moment(context.parameters, context.healthy(), context.framing).add(Reset{});
}

}  // namespace

extern const Fault k_connection_reset{"connection_reset", kParameters, compile};

}  // namespace assay::warehouse
