#pragma once

// SQL by the warehouse's own API: a request's body to a query, and a job to an answer.
//
//   POST /v1/queries   {"sql", "params"?: {name: value} or [value…], "dry_run"?: bool}
//   GET  /v1/queries/{id}
//
// A parameter is a value, or {"type", "value"} where JSON has no such type. Pure but for the desk.

#include "mock_warehouse/http.h"
#include "mock_warehouse/query_desk.h"

namespace assay::warehouse {

/// Runs what the body asks for; 200 with the result, or 202 where it takes time.
Answer answer_query(const HttpRequest& request, const View& view, QueryDesk& desk);

/// What has become of the query of that id.
Answer answer_get_query(const std::string& id, const View& view, QueryDesk& desk);

}  // namespace assay::warehouse
