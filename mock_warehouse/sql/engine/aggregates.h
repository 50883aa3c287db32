#pragma once

// SUM, AVG and COUNTIF as the service has them: SUM of INT64 is INT64 or an error, AVG of NUMERIC
// is NUMERIC, COUNTIF of nothing is 0, and other types are refused.

#include <duckdb.h>

#include "harness/base/result.h"

namespace assay::warehouse::sql {

/// As google_sum, google_average and google_count_if.
Status register_aggregates(duckdb_connection connection);

}  // namespace assay::warehouse::sql
