#pragma once

// Arithmetic as the service has it: x / y is an error where y is 0, NUMERIC stays NUMERIC and is
// rounded to nine decimals, halfway away from zero, and INT64 overflows.

#include <duckdb.h>

#include <optional>

#include "harness/base/result.h"
#include "mock_warehouse/sql/engine/row_function.h"

namespace assay::warehouse::sql {

/// Nothing where the result is none that NUMERIC has.
std::optional<Numeric> divided(Numeric left, Numeric right);

/// Makes `/` and `*` these, for queries on that connection, and what SAFE_DIVIDE is.
Status register_arithmetic(duckdb_connection connection);

}  // namespace assay::warehouse::sql
