#pragma once

// A request as reports and the journals of served warehouses have it: times in microseconds, and
// without the members that say nothing. report.schema.json has its shape. A pure function.

#include "harness/model/json.h"
#include "harness/model/observation.h"

namespace assay::model {

Json request_json(const Request& request);

inline std::int64_t to_us(Duration d) {
  return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

}  // namespace assay::model
