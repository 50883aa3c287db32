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

WireProgram part_of_answer(const Answer& answer, const Framing& framing, std::size_t body_bytes) {
  WireProgram program;
  program.status = answer.status;
  program.add(
      Send{render_head(answer, framing) + render_body(answer, framing).substr(0, body_bytes)});
  return program;
}

}  // namespace assay::warehouse
