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

std::optional<WireProgram> compile(FaultContext& context) {
  const Json& parameters = context.parameters;
  Answer answer = context.healthy();
  const std::size_t size = answer.body.size();
  const std::size_t kept =
      parameters.value("cut_at", parameters.contains("append") ? size : size / 2);
  answer.body = answer.body.substr(0, kept) + parameters.value("append", "");
  return whole_answer(answer, context.framing);
}

}  // namespace

extern const Fault k_malformed_json{"malformed_json", kParameters, compile};

}  // namespace assay::warehouse
