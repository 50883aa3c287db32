#include "mock_warehouse/fault.h"

#include <algorithm>

namespace assay::warehouse {

const Fault* find_fault(std::string_view name) {
  const auto faults = all_faults();
  const auto found = std::ranges::find(faults, name, &Fault::name);
  return found == faults.end() ? nullptr : *found;
}

WireProgram whole_answer(const Answer& answer, const Framing& framing) {
  WireProgram program;
  program.status = answer.status;
  program.add(Send{render_head(answer, framing) + render_body(answer, framing)});
  if (framing.close) program.add(Fin{});
  return program;
}

Answer scripted_error(const Json& parameters, const UsualError& usual) {
  Answer answer = error_answer(usual.status, parameters.value("code", std::string(usual.code)),
                               parameters.value("message", std::string(usual.message)),
                               parameters.value("retryable", usual.retryable));
  answer.reason = parameters.value("reason", "");
  if (parameters.contains("headers"))
    for (const auto& [name, value] : parameters["headers"].items())
      answer.headers.emplace_back(name, value.get<std::string>());
  return answer;
}

std::size_t cut_of(const Json& parameters, const Answer& answer) {
  const std::size_t size = answer.body.size();
  return std::min(parameters.value("bytes", size / 2), size == 0 ? 0 : size - 1);
}

WireProgram until_moment(const Json& parameters, const Answer& answer, const Framing& framing) {
  const std::string at = parameters.value("at", "before_headers");
  WireProgram program;
  if (at == "before_headers") return program;
  program.status = answer.status;
  program.add(Send{render_head(answer, framing)});
  if (at == "mid_body")
    program.add(Send{render_body(answer, framing).substr(0, cut_of(parameters, answer))});
  return program;
}

}  // namespace assay::warehouse
