#include "tests/unit/sandboxes/programs.h"

#include <doctest/doctest.h>

namespace assay::test {

Run run_logged(const std::string& body, RawServer* server) {
  const Run r = run(kLog + body, server);
  CHECK(r.real_time == "");
  CHECK(r.order_not_fixed == "");
  return r;
}

void check_programs(std::span<const Program> programs, const std::string& prologue) {
  for (const Program& program : programs) {
    CAPTURE(std::string(program.name));
    const Run r = run_logged(prologue + program.source);
    CHECK(r.value() == Json::parse(program.expected));
  }
}

}  // namespace assay::test
