#pragma once

// The cases to run for one submission: a pure function of package, variant and seed.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/exercise.h"
#include "harness/model/json.h"

namespace assay::model {

enum class Visibility { kPublic, kHidden };
std::string_view to_string(Visibility);

struct Case {
  std::string id;
  std::string title;
  std::string label;   ///< the true state of the world: "healthy", "missing_data", …
  std::string family;  ///< of failure: "server", "connection", …; empty where there is none
  Visibility visibility = Visibility::kHidden;
  std::optional<std::string> twin_of;  ///< id of the case that this one repeats with other values
  VirtualTime now;                     ///< where virtual time starts
  Json arguments = Json::array();      ///< positional, JSON values only
  /// Laid over the plan's: text, or null for a variable that is not there.
  Json environment = Json::object();
  Json variables = Json::object();  ///< of the template: date, minimum, rows, canary
  Json world = Json::object();      ///< mock_warehouse/schemas/world.schema.json
  Json script = Json::array();      ///< mock_warehouse/schemas/script.schema.json
  Json expect = Json::object();     ///< never enters a box: {"actual_rows": 1500 | null, …}
};

struct Plan {
  std::string exercise;
  std::string variant;
  std::uint64_t seed = 0;
  Limits limits;
  EntryPoint entry;
  std::map<std::string, std::string> environment;
  bool needs_warehouse = true;
  std::vector<SourceFile> starter;
  std::optional<SourceFile> draft;  ///< the exercise's, which solutions may build on
  std::vector<Case> cases;
};

/// What the candidate's process finds in the case.
std::map<std::string, std::string> environment_of(const Plan& plan, const Case& the_case);

void to_json(Json&, const Case&);
void from_json(const Json&, Case&);
void to_json(Json&, const Plan&);
void from_json(const Json&, Plan&);

}  // namespace assay::model
