#pragma once

// What cases run in: the versions that results depend on, and the isolation that a host gives.

#include <map>
#include <string>

#include "harness/model/json.h"

namespace assay::model {

/// Versions that the graded part depends on.
struct Tool {
  std::string version;                          ///< of Assay
  std::string python;                           ///< "3.11.2"
  std::map<std::string, std::string> packages;  ///< what candidates may import
};

/// One layer of isolation as it was in this run.
struct Layer {
  std::string name;   ///< "namespaces", "system call filter", …
  std::string state;  ///< "on" | "off" | "unavailable"
  std::string detail;
};

void to_json(Json&, const Layer&);
void from_json(const Json&, Layer&);

}  // namespace assay::model
