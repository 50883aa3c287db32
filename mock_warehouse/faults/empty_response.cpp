#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the connection is closed in good order, without one byte of an answer"
})";

bool apply(FaultContext&, Reply& reply) {
  reply.reach = Reply::Reach::kNothing;
  reply.end = Reply::End::kFin;
  return true;
}

}  // namespace

extern const Fault k_empty_response{"empty_response", kParameters, always<kAllBytes>, apply};

}  // namespace assay::warehouse
