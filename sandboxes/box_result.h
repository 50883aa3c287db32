#pragma once

// What a candidate's process says of itself, read as the untrusted input that it is.
//
// In: the bytes of kResult. Out: the parts of an Observation that it may decide, or nothing. Every
// key, type, string and list is checked and bounded; what is not as run_candidate() of
// sandboxes/runner writes it is refused whole.

#include <optional>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/observation.h"

namespace assay::sandbox {

struct BoxResult {
  model::Outcome outcome;  ///< kReturned, kRaised or kExited
  std::optional<Json> value;
  std::vector<model::Frame> functions_run;
  std::vector<model::Frame> network_callers;
  std::vector<model::LinesRun> lines_run;
  bool lines_whole = false;
  VirtualTime clock;
};

std::optional<BoxResult> read_box_result(std::string_view bytes);

}  // namespace assay::sandbox
