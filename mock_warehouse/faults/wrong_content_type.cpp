#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the right body under a content type that is not its own",
  "properties": {
    "value": {"description": "of the Content-Type; absent: text/plain", "type": "string", "pattern": "^[!-~][ -~]*$", "maxLength": 256}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  reply.answer.content_type = context.parameters.value("value", "text/plain");
  return true;
}

}  // namespace

extern const Fault k_wrong_content_type{"wrong_content_type", kParameters, always<Part::kType>,
                                        apply};

}  // namespace assay::warehouse
