#pragma once

// Values of DuckDB in JSON, and types by GoogleSQL's names.

#include <duckdb.h>

#include <optional>
#include <string>
#include <string_view>

#include "harness/model/json.h"
#include "mock_warehouse/sql/engine/handles.h"
#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql {

/// "INT64", "ARRAY<STRING>", …
std::string google_type(duckdb_logical_type type);
/// The same of a name that DuckDB's messages use: "BIGINT", "TIMESTAMP WITH TIME ZONE", "DATE[]".
std::string google_type(std::string_view engine_name);

/// A field of a struct in `type`, however deep, whose name is no word of letters, digits and
/// underscores: the service refuses such, and a type in which it stood could not be read again.
/// Fields may have no name.
std::optional<std::string> odd_field_name(duckdb_logical_type type);

/// What no result can hold.
struct Unwritable {
  bool date = false;      ///< none that GoogleSQL has, before 0001-01-01 or behind 9999-12-31
  bool in_list = false;   ///< NULL
  std::size_t field = 0;  ///< in which it was found
};

/// The rows of a chunk, added to `rows` in the form of QueryResult::rows; nothing where that went
/// well.
std::optional<Unwritable> read_chunk(duckdb_data_chunk chunk, Json& rows);

}  // namespace assay::warehouse::sql
