#pragma once

// The BigQuery-compatible API over a world with SQL: what it answers to one call.
//
// mock_warehouse/BIGQUERY.md says which part of the service's API this is. Each resource has a file
// of its own, with a function for each method; this one tells them apart, and strangers.

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer answer(const Call& call);

}  // namespace assay::warehouse::bigquery
