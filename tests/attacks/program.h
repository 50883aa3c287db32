#pragma once

// A hostile program of programs/ and what must come of it, read from the comment at its top:
//
//   # outcome: cpu_time, wall_time        one of these kinds; required
//   # value: "gone"                       the returned value, as JSON
//   # exception: OSError                  the type that was raised
//   # detail: blocked for good            part of the outcome's sentence
//   # note: real_time                     how one of the notes begins
//   # limits: {"cpu_ms": 500}             instead of the usual ones
//   # each: [1, 2]                        main(host, x) for each x; otherwise main(host)

#include <optional>
#include <string>
#include <vector>

#include "harness/model/json.h"

namespace assay::sandbox::testing {

struct Program {
  std::string name;
  std::string source;
  std::vector<std::string> outcomes;
  std::optional<Json> value;
  std::string exception;
  std::string detail;
  std::string note;
  Json limits = Json::object();
  std::vector<Json> each;
};

/// All of tests/attacks/programs, by name. Fails the test on a comment that cannot be read.
std::vector<Program> all_programs();

}  // namespace assay::sandbox::testing
