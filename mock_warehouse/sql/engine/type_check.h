#pragma once

// What the engine casts by itself and the service does not: comparisons of values of different
// types, conditions that are no BOOL, and branches of a CASE or columns of a UNION that do not
// fit.
//
// In: a query that the engine has taken. The engine's own parser takes it apart, each operator in
// question is replaced by a call that looks at the types of its arguments while it is bound, and
// the whole is bound again; nothing of it runs. Out: the refusal, if one of those calls had one. A
// query that cannot be bound so, or that is very large, is left to the engine. One thread.

#include <duckdb.h>

#include <optional>

#include "harness/base/result.h"
#include "mock_warehouse/sql/query.h"
#include "mock_warehouse/sql/rewrite.h"

namespace assay::warehouse::sql {

/// Those calls, for queries on that connection.
Status register_type_check(duckdb_connection connection);

std::optional<QueryError> refuse_types(duckdb_connection connection, const Query& query,
                                       const Rewritten& rewritten);

}  // namespace assay::warehouse::sql
