#pragma once

// The resource tabledata: list, the rows of a table as they are, without a query.

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer tabledata_list(const Call& call);

}  // namespace assay::warehouse::bigquery
