#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the connection is closed in good order, without one byte of an answer"
})";

std::optional<WireProgram> compile(FaultContext&) { return WireProgram().add(Fin{}); }

}  // namespace

extern const Fault k_empty_response{"empty_response", kParameters, compile};

}  // namespace assay::warehouse
