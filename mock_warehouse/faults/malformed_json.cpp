#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "a body of the right length that is no JSON, under the content type of JSON",
  "properties": {
    "cut_at": {
      "description": "bytes of the right body that are kept; absent: all with 'append', half without",
      "type": "integer", "minimum": 0, "maximum": 1048576
    },
    "append": {"description": "text behind them", "type": "string", "maxLength": 4096}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  std::string& body = reply.answer.body;
  body.resize(std::min(
      body.size(), optional_size(parameters, "cut_at")
                       .value_or(parameters.contains("append") ? body.size() : body.size() / 2)));
  body += parameters.value("append", "");
  reply.answer.document = Json();  // nobody reads any of it
  return true;
}

}  // namespace

extern const Fault k_malformed_json{"malformed_json", kParameters,
                                    always<Part::kJson | Part::kBody>, apply};

}  // namespace assay::warehouse
