#pragma once

// The resource datasets: get and list. A world has one.

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer datasets_get(const Call& call);
Answer datasets_list(const Call& call);

}  // namespace assay::warehouse::bigquery
