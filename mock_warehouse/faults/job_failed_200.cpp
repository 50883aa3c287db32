#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/fault.h"

namespace assay::warehouse {
namespace {

constexpr std::string_view kParameters = R"({
  "description": "the query's job that a request makes or asks for has failed, from then on, and its answers are 200 all the same: the error stands within them",
  "properties": {
    "code": {"description": "the reason, in BigQuery's word; absent: jobBackendError", "type": "string", "maxLength": 128},
    "message": {"$ref": "#/definitions/message"}
  }
})";

bool apply(FaultContext& context, Reply& reply) {
  const Json& parameters = context.parameters;
  const std::string reason = parameters.value("code", "jobBackendError");
  View view = reply.view;
  view.job_failure = View::JobFailure{
      reason, parameters.value("message", std::string(bigquery::usual_message(reason)))};
  return context.see(reply, std::move(view));
}

}  // namespace

extern const Fault k_job_failed_200{"job_failed_200", kParameters, always<Part::kJob>, apply};

}  // namespace assay::warehouse
