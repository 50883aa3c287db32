#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the head of the answer is longer than clients take: one long field, or many short ones",
  "properties": {
    "bytes": {"description": "of the value of the one field X-Padding; absent: 100000", "type": "integer", "minimum": 1, "maximum": 262144},
    "fields": {"description": "so many short fields, X-Padding-1 and so on", "type": "integer", "minimum": 1, "maximum": 10000}
  },
  "not": {"description": "either one long field or many short ones", "required": ["bytes", "fields"]}
})";

bool apply(FaultContext& context, Reply& reply) {
  Headers& headers = reply.answer.headers;
  if (const auto fields = optional_size(context.parameters, "fields")) {
    for (std::size_t i = 1; i <= *fields; ++i)
      headers.emplace_back("X-Padding-" + std::to_string(i), "x");
    return true;
  }
  const std::size_t bytes = optional_size(context.parameters, "bytes").value_or(100'000);
  headers.emplace_back("X-Padding", std::string(bytes, 'x'));
  return true;
}

}  // namespace

extern const Fault k_oversized_header{"oversized_header", kParameters, always<Part::kHeader>,
                                      apply};

}  // namespace assay::warehouse
