#pragma once

// Columns of a table, and what stands in them: values that follow from a row's number.
//
// No row is stored: a cell is computed from the world's definition whenever it is asked for, so ten
// million rows of a partition cost nothing until they are read, and the same cell is the same value
// every time. In: the JSON of schemas/world.schema.json. Out: values. Immutable once made; may be
// read from any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/json.h"

namespace assay::warehouse {

/// The types of BigQuery's GoogleSQL that a column may have.
enum class SqlType { kInt64, kFloat64, kNumeric, kBool, kString, kDate, kDatetime, kTimestamp };
std::string_view to_string(SqlType type);
std::optional<SqlType> sql_type_from(std::string_view name);

/// Bytes that BigQuery counts for one value ("Data size calculation" of its pricing page); a NULL
/// is none of any type, and a string its UTF-8 bytes beside this.
int base_width(SqlType type);

/// NUMERIC is kept in units of 10^-9, its scale.
inline constexpr std::int64_t kNumericUnits = 1'000'000'000;
inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// One value. `number` holds integers, booleans, NUMERIC in its units, days since 1970-01-01 for a
/// DATE, and microseconds since then for DATETIME and TIMESTAMP.
struct Cell {
  bool null = true;
  std::int64_t number = 0;
  double real = 0;
  std::string text;
};

/// How a column's values follow from the row.
struct Values {
  enum class Kind {
    kSeeded,    ///< drawn from the table's seed: `low` to `high`
    kSequence,  ///< `low`, and `step` more each row
    kCycle,     ///< `items`, one a row, over and over
    kPick,      ///< one of `items`, drawn from the table's seed
    kArrival,   ///< `low` seconds behind the column `of`; later in rows that are late
  };
  Kind kind = Kind::kSeeded;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t step = 0;
  std::vector<Cell> items;
  std::size_t of = 0;           ///< index of a column
  std::int64_t null_every = 0;  ///< every so many rows one has NULL; 0: none does
};

struct Column {
  std::string name;
  SqlType type = SqlType::kString;
  bool required = false;  ///< mode REQUIRED; otherwise NULLABLE
  Values values;
};

/// `json` is the list of a table's columns. Errors have the JSON pointer below `pointer` as their
/// place.
Result<std::vector<Column>> read_columns(const Json& json, const std::string& pointer);

/// A value as an author writes it: a number, a word, "2026-03-13", "2026-03-13T02:10:00Z".
Result<Cell> read_cell(SqlType type, const Json& json, const std::string& pointer);

/// Days since 1970-01-01 of "2026-03-13", which is a day of the calendar.
std::int64_t days_of(std::string_view iso_date);
/// The same backwards.
std::string iso_date_of(std::int64_t days);

}  // namespace assay::warehouse
