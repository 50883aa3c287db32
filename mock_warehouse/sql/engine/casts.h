#pragma once

// Casts, texts and checks of types that the engine has otherwise than the service.

#include <duckdb.h>

#include "harness/base/result.h"

namespace assay::warehouse::sql {

/// google_to_text(x) and google_to_int64(x), of values of any type; google_substr;
/// google_whole(x), which takes an INT64, and google_bool(x); and google_date('NAME place', x),
/// google_datetime and google_timestamp, which take a value of that type, for the function NAME
/// that stands at a place of the query.
Status register_casts(duckdb_connection connection);

}  // namespace assay::warehouse::sql
