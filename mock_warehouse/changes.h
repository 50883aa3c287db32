#pragma once

// How a world changes while a case goes on: at a virtual time, or once so many calls were made.
//
// In: the JSON of schemas/world.schema.json. Out: the worlds that there are one after another, each
// whole. A change is in force once it and all before it are due; none is ever undone. Values.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/model/json.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse {

/// One of the worlds, and when it begins.
struct Stage {
  std::optional<Duration> at;  ///< since the case's `now`; none: whatever the time
  std::optional<int> calls;    ///< requests that came before; none: however many
  Json json;                   ///< the whole world, as it would have been written
  World world;
};

class Stages {
 public:
  /// `json` fits the schema. Errors have the JSON pointer below `root` as their place.
  static Result<Stages> from_json(const Json& json, const std::string& root);

  /// The world for a request at this time, with so many before it. `calls` and `elapsed` never go
  /// back between calls of this.
  const Stage& at(Duration elapsed, int calls);

  const Stage& first() const { return stages_.front(); }

 private:
  std::vector<Stage> stages_;  ///< never empty
  std::size_t current_ = 0;
};

}  // namespace assay::warehouse
