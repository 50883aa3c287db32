#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "a query's job is not over yet, whatever it is asked for: /v1/queries says 202, the BigQuery-compatible API waits as long as the request lets it and says jobComplete: false. A job that was told to be over, or is cancelled, stays over",
  "properties": {
    "polls": {"description": "so many requests are told so; absent: one, or what times and until_ms say", "type": "integer", "minimum": 1, "maximum": 1000000},
    "state": {"description": "absent: RUNNING", "enum": ["PENDING", "RUNNING"]}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  View view = reply.view;
  view.pending = View::Pending{context.parameters.value("state", "RUNNING")};
  return context.see(reply, std::move(view));
}

bool over(const FaultContext& context) {
  return context.parameters.contains("polls") &&
         context.use >= context.parameters["polls"].get<int>();
}

}  // namespace

extern const Fault k_job_pending{"job_pending", kParameters, always<Part::kJob>, apply, over};

}  // namespace assay::warehouse
