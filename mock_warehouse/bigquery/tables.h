#pragma once

// The resource tables: get and list. Both tell what the catalogue knows, which may disagree with
// the rows.

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer tables_get(const Call& call);
Answer tables_list(const Call& call);

}  // namespace assay::warehouse::bigquery
