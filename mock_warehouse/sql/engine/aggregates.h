#pragma once

// SUM and AVG as the service has them: SUM of INT64 is INT64 or an error, AVG of NUMERIC is
// NUMERIC, and other types are refused.
//
// Not for windows. Where a frame is a whole partition, the engine (1.4) gives the functions of an
// aggregate that comes by its C interface one state for many rows, and tells of as many as rows.

#include <duckdb.h>

#include "harness/base/result.h"

namespace assay::warehouse::sql {

/// As google_sum and google_average.
Status register_aggregates(duckdb_connection connection);

}  // namespace assay::warehouse::sql
