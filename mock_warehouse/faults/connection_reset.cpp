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

bool apply(FaultContext& context, Reply& reply) {
  reach_moment(context.parameters, reply);
  reply.end = Reply::End::kReset;
  return true;
}

}  // namespace

extern const Fault k_connection_reset{"connection_reset", kParameters, decides_by_moment, apply};

}  // namespace assay::warehouse
