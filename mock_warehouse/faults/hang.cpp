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

bool apply(FaultContext& context, Reply& reply) {
  reach_moment(context.parameters, reply);
  reply.end = Reply::End::kHang;
  return true;
}

}  // namespace

extern const Fault k_hang{"hang", kParameters, decides_by_moment, apply};

}  // namespace assay::warehouse
