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
#include "harness/base/time.h"
#include "harness/model/json.h"
#include "mock_warehouse/columns.h"

namespace assay::warehouse {

/// Bytes of a row where the world does not say how large a partition is.
inline constexpr std::int64_t kBytesPerRow = 128;

struct Partition {
  std::string date;  ///< "2026-03-13"; empty for the whole of a table without partitions
  std::int64_t row_count = 0;
  std::int64_t bytes = 0;
  std::string state = "complete";  ///< or "loading"
  std::string last_modified;       ///< UTC

  /// What the catalogue tells of it, which may disagree with the rows.
  std::int64_t told_row_count = 0;

  std::string day;             ///< in which its times lie
  std::int64_t first_row = 0;  ///< rows of the table's partitions before it, duplicates left out
  std::int64_t duplicate_rows = 0;  ///< the last so many repeat the first
  std::int64_t late_rows = 0;       ///< so many before them came in late …
  std::int64_t late_by_s = 0;       ///< … by so many seconds
  /// The first rows, as far as they are written down: cells by the index of their column.
  std::vector<std::map<std::size_t, Cell>> rows;
};

struct Table {
  std::string id;
  std::string partition_column;                 ///< empty where there are no partitions
  std::string last_modified;                    ///< empty: never
  std::map<std::string, Partition> partitions;  ///< by date
  std::optional<Partition> whole;               ///< of a table without partitions

  std::vector<Column> columns;  ///< none: SQL knows the table by its partitions alone
  std::vector<std::string> clustering;
  bool require_partition_filter = false;
  std::uint64_t seed = 0;

  bool partitioned() const { return !whole; }
  /// Partitioned by when rows came in: there are pseudo-columns in the place of a column.
  bool by_ingestion() const;
};

/// Tables partitioned by ingestion have one of these as their partition column.
inline constexpr std::string_view kPartitionDate = "_PARTITIONDATE";
inline constexpr std::string_view kPartitionTime = "_PARTITIONTIME";

struct Auth {
  std::string token;
  std::optional<std::string> refreshed_token;  ///< what POST /v1/token gives out
  /// Operations that the token is good for; none: all.
  std::optional<std::vector<std::string>> scopes;
  /// Tables that it may read; none: all.
  std::optional<std::vector<std::string>> tables;

  bool may_read(const std::string& table) const;
};

/// That SQL is answered, and how.
struct Queries {
  Duration run_time{};  ///< of each; none: answered at once
  /// Quotas of the case: what goes beyond either is refused. None: as much as there is.
  std::optional<std::int64_t> max_queries;
  std::optional<std::int64_t> max_bytes;
};

struct World {
  std::string project = "warehouse";
  std::string dataset = "analytics";
  std::optional<Queries> queries;  ///< none: there is no SQL here
  std::optional<Auth> auth;
  std::map<std::string, Table> tables;

  /// `json` fits the schema. Errors have the JSON pointer below `root` as their place.
  static Result<World> from_json(const Json& json, const std::string& root);
};

/// "2026-03-13" and a day of the calendar.
bool is_iso_date(std::string_view text);

}  // namespace assay::warehouse
