#pragma once

// The resource projects: list. A world has one.

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer projects_list(const Call& call);

}  // namespace assay::warehouse::bigquery
