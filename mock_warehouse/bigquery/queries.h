#pragma once

// The methods jobs.query and jobs.getQueryResults: a query's rows, page by page.
//
// Both wait for a job that is not over, for as long as the request says, in virtual time.

#include "mock_warehouse/bigquery/resource.h"

namespace assay::warehouse::bigquery {

Answer jobs_query(const Call& call);
Answer jobs_get_query_results(const Call& call);

}  // namespace assay::warehouse::bigquery
