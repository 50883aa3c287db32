#pragma once

// Parameters of a query, as literals of DuckDB's SQL.
//
// They stand in the query as if they had been written there, so the engine's plan knows them when
// partitions are pruned. Pure functions.

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql {

/// Nothing where the value does not fit the type, or is of none that a parameter may have.
std::optional<std::string> literal_of(const Parameter& parameter);

/// Of "ARRAY<STRUCT<a INT64, b DATE>>" the fields, in small letters; none of any other type.
std::set<std::string> element_fields(std::string_view type);

}  // namespace assay::warehouse::sql
