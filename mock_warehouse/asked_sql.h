#pragma once

// The SQL that a request brings, as the journal tells it.
//
// In: a request, as the API understands it. Out: the query's text, with its parameters as a comment
// behind it, so that two requests have the same one where they ask the same; without the ids by
// which a client names them. Whether the request is let in, and whether the query is any good, is
// no matter of this. Pure, on any thread.

#include <string>

#include "mock_warehouse/http.h"
#include "mock_warehouse/native_api.h"

namespace assay::warehouse {

/// Empty where the request brings no query.
std::string sql_in(const HttpRequest& request, const ApiCall& call);

/// The name of the job whose result the request asks for; empty where it asks for none.
const std::string& job_asked_for(const ApiCall& call);

}  // namespace assay::warehouse
