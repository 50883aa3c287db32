#include "mock_warehouse/fault.h"

#include <algorithm>

#include "mock_warehouse/bigquery/errors.h"
#include "mock_warehouse/query_desk.h"

namespace assay::warehouse {

const Fault* find_fault(std::string_view name) {
  const auto faults = all_faults();
  const auto found = std::ranges::find(faults, name, &Fault::name);
  return found == faults.end() ? nullptr : *found;
}

bool FaultContext::see(Reply& reply, View view) const {
  if (desk != nullptr) desk->begin_anew();
  Answer answer = answer_call(world, request, call, view, desk);
  const bool shows = answer.document != reply.answer.document;
  reply.view = std::move(view);
  reply.say(std::move(answer));
  return shows;
}

Answer scripted_error(const FaultContext& context, const UsualError& usual) {
  const Json& parameters = context.parameters;
  // The request is refused: what the world's own answer did to jobs that were there is undone.
  if (context.desk != nullptr) context.desk->begin_anew();
  const std::string message = parameters.value("message", std::string(usual.message));
  Answer answer;
  if (context.call.bigquery) {
    const std::string_view reason = usual.bigquery_reason.empty()
                                        ? bigquery::usual_reason(usual.status)
                                        : usual.bigquery_reason;
    answer = bigquery::error_answer(
        {parameters.value("code", std::string(reason)), message, "", ""}, usual.status);
  } else {
    answer = error_answer(usual.status, parameters.value("code", std::string(usual.code)), message,
                          parameters.value("retryable", usual.retryable));
  }
  answer.reason = parameters.value("reason", "");
  if (parameters.contains("headers"))
    for (const auto& [name, value] : parameters["headers"].items())
      answer.headers.emplace_back(name, value.get<std::string>());
  return answer;
}

std::optional<std::size_t> optional_size(const Json& parameters, const char* key) {
  if (!parameters.contains(key)) return std::nullopt;
  return parameters.at(key).get<std::size_t>();
}

namespace {

std::string moment_of(const Json& parameters) { return parameters.value("at", "before_headers"); }

}  // namespace

Parts decides_by_moment(const Json& parameters) {
  const std::string at = moment_of(parameters);
  if (at == "before_headers") return kAllBytes;
  if (at == "after_headers") return Part::kJson | Part::kBody | Part::kEnd;
  return Part::kEnd;
}

void reach_moment(const Json& parameters, Reply& reply) {
  const std::string at = moment_of(parameters);
  if (at == "before_headers") reply.reach = Reply::Reach::kNothing;
  if (at == "after_headers") reply.reach = Reply::Reach::kHead;
  if (at == "mid_body") reply.cut_body(optional_size(parameters, "bytes"));
}

}  // namespace assay::warehouse
