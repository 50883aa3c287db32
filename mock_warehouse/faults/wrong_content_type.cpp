#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the right body under a content type that is not its own",
  "properties": {
    "value": {"description": "absent: text/plain", "type": "string", "pattern": "^[!-~][ -~]*$", "maxLength": 256}
  }
})";

std::optional<WireProgram> compile(FaultContext& context) {
  Answer answer = context.healthy();
  answer.content_type = context.parameters.value("value", "text/plain");
  return whole_answer(answer, context.framing);
}

}  // namespace

extern const Fault k_wrong_content_type{"wrong_content_type", kParameters, compile};

}  // namespace assay::warehouse
