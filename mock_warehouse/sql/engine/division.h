#pragma once

// x / y as the service has it: FLOAT64, and an error where y is 0, which is NULL to the engine. And
// that error for whole-number division, DIV and MOD.

#include <duckdb.h>

#include "harness/base/result.h"

namespace assay::warehouse::sql {

/// Makes `/` this division, for queries on that connection.
Status register_division(duckdb_connection connection);

}  // namespace assay::warehouse::sql
