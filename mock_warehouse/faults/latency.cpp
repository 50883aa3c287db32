#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the right answer, late by so many virtual milliseconds",
  "properties": {
    "ms": {"description": "the same for every answer", "type": "integer", "minimum": 0, "maximum": 86400000},
    "uniform": {
      "description": "drawn for each answer, all alike probable",
      "type": "object",
      "properties": {
        "min_ms": {"description": "at least so much", "type": "integer", "minimum": 0, "maximum": 86400000},
        "spread_ms": {"description": "at most so much more", "type": "integer", "minimum": 0, "maximum": 86400000}
      },
      "required": ["min_ms", "spread_ms"],
      "additionalProperties": false
    },
    "lognormal": {
      "description": "most answers near the median, and a long tail",
      "type": "object",
      "properties": {
        "median_ms": {"description": "half of the answers are as early", "type": "integer", "minimum": 1, "maximum": 3600000},
        "sigma_milli": {"description": "1000 times the sigma of the logarithm; 0 makes all answers alike", "type": "integer", "minimum": 0, "maximum": 3000},
        "limit_ms": {"description": "none is later; absent: a day", "type": "integer", "minimum": 1, "maximum": 86400000}
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

bool apply(FaultContext& context, Reply& reply) {
  const Duration late = std::chrono::milliseconds(draw_ms(context.parameters, context.random));
  reply.late += late;
  reply.framing.date += late;
  return true;
}

}  // namespace

extern const Fault k_latency{"latency", kParameters, always<Part::kDelay>, apply};

}  // namespace assay::warehouse
