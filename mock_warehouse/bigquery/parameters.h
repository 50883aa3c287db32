#pragma once

// Query parameters as BigQuery's REST API has them: {"name", "parameterType", "parameterValue"}.
//
// In: JSON from a client, in which scalars are text. Out: parameters of the engine, or the answer
// that refuses them. Pure functions.

#include <optional>
#include <vector>

#include "mock_warehouse/http.h"
#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::bigquery {

/// `json` is the list, or null where there is none.
std::optional<Answer> read_parameters(const Json& json, std::vector<sql::Parameter>& parameters);

}  // namespace assay::warehouse::bigquery
