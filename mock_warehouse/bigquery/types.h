#pragma once

// Types and values as BigQuery's REST API writes them: schemas of fields, rows of {"f": [{"v"}]}.
//
// In: types in GoogleSQL's words ("ARRAY<STRUCT<a INT64>>") and values as the SQL engine gives them
// (sql/query.h), or cells of a world. Out: JSON in which every value is text, a list or a record.
// Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "mock_warehouse/bigquery/resource.h"
#include "mock_warehouse/columns.h"

namespace assay::warehouse::bigquery {

struct Type {
  std::string name;  ///< "INT64", …, "STRUCT"; of an array that of its elements
  bool repeated = false;
  std::vector<std::pair<std::string, Type>> fields;  ///< of a STRUCT
};

/// `text` comes from the SQL engine; what it cannot have written is taken for the name of a type.
Type type_from(std::string_view text);

/// A TableFieldSchema, with the type's name as the API spells it: INTEGER, FLOAT, BOOLEAN, RECORD.
Json field_schema(const std::string& name, const Type& type, bool required = false);

/// What stands behind "v".
Json field_value(const Type& type, const Json& value, TimestampForm timestamps);

/// The same of a world's cell.
Json cell_value(SqlType type, const Cell& cell, TimestampForm timestamps);

/// FLOAT64 as the service writes it: "1.0", "3.25", "1.0E10", "NaN".
std::string float_text(double value);

/// A TIMESTAMP, from microseconds since 1970.
std::string timestamp_text(std::int64_t micros, TimestampForm form);

}  // namespace assay::warehouse::bigquery
