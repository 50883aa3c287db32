#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the right answer, late by so many virtual milliseconds",
  "properties": {
    "ms": {"type": "integer", "minimum": 0, "maximum": 86400000},
    "uniform": {
      "type": "object",
      "properties": {
        "min_ms": {"type": "integer", "minimum": 0, "maximum": 86400000},
        "spread_ms": {"description": "at most so much more", "type": "integer", "minimum": 0, "maximum": 86400000}
      },
      "required": ["min_ms", "spread_ms"],
      "additionalProperties": false
    },
    "lognormal": {
      "description": "most answers near the median, and a long tail",
      "type": "object",
      "properties": {
        "median_ms": {"type": "integer", "minimum": 1, "maximum": 3600000},
        "sigma_milli": {"description": "1000 times sigma", "type": "integer", "minimum": 0, "maximum": 3000},
        "limit_ms": {"description": "absent: a day", "type": "integer", "minimum": 1, "maximum": 86400000}
      },
      "required": ["median_ms", "sigma_milli"],
      "additionalProperties": false
    }
  },
  "oneOf": [{"required": ["ms"]}, {"required": ["uniform"]}, {"required": ["lognormal"]}]
})";

constexpr std::int64_t kDayMs = 86'400'000;

std::int64_t draw_ms(const Json& parameters, Random& random) {
  if (parameters.contains("ms")) return parameters["ms"].get<std::int64_t>();
  if (parameters.contains("uniform")) {
    const Json& uniform = parameters["uniform"];
    const auto low = uniform.at("min_ms").get<std::int64_t>();
    return random.uniform(low, low + uniform.at("spread_ms").get<std::int64_t>());
  }
  const Json& lognormal = parameters.at("lognormal");
  return random.lognormal(lognormal.at("median_ms").get<std::int64_t>(),
                          lognormal.at("sigma_milli").get<std::int64_t>(),
                          lognormal.value("limit_ms", kDayMs));
}

std::optional<WireProgram> compile(FaultContext& context) {
  const Duration late = std::chrono::milliseconds(draw_ms(context.parameters, context.random));
  Framing framing = context.framing;
  framing.date += late;
  WireProgram answer = whole_answer(context.healthy(), framing);
  answer.delay(late);
  return answer;
}

}  // namespace

extern const Fault k_latency{"latency", kParameters, compile};

}  // namespace assay::warehouse
