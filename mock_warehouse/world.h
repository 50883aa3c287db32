#pragma once

// The data that one warehouse holds: tables, their partitions, and who may ask.
//
// In: the JSON of schemas/world.schema.json. Out: values; what the JSON leaves out (bytes, times)
// is derived from what it says, the same way each time. Immutable once made.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::warehouse {

/// Bytes of a row where the world does not say how large a partition is.
inline constexpr std::int64_t kBytesPerRow = 128;

struct Partition {
  std::string date;  ///< "2026-03-13"
  std::int64_t row_count = 0;
  std::int64_t bytes = 0;
  std::string state = "complete";  ///< or "loading"
  std::string last_modified;       ///< UTC
};

struct Table {
  std::string id;
  std::string partition_column;
  std::string last_modified;                    ///< empty: never
  std::map<std::string, Partition> partitions;  ///< by date
};

struct Auth {
  std::string token;
  std::optional<std::string> refreshed_token;  ///< what POST /v1/token gives out
  /// Operations that the token is good for; none: all.
  std::optional<std::vector<std::string>> scopes;
};

struct World {
  std::optional<Auth> auth;
  std::map<std::string, Table> tables;

  /// `json` fits the schema. Errors have the JSON pointer below `root` as their place.
  static Result<World> from_json(const Json& json, const std::string& root);
};

/// "2026-03-13" and a day of the calendar.
bool is_iso_date(std::string_view text);

}  // namespace assay::warehouse
