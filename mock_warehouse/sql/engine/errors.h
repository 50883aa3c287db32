#pragma once

// What the engine says of a wrong query, in the service's words and with the place in the original.

#include <string>

#include "mock_warehouse/sql/query.h"
#include "mock_warehouse/sql/rewrite.h"

namespace assay::warehouse::sql {

/// `said` is an error of DuckDB's with errors_as_json. `prefix` bytes stand before the rewritten
/// text in what it was given.
QueryError service_error(const std::string& said, const Query& query, const Rewritten& rewritten,
                         std::size_t prefix = 0);

QueryError too_many_rows();
QueryError too_much_work();
QueryError too_complex();
QueryError date_out_of_range();
QueryError null_in_list(const std::string& field);
QueryError response_too_large();

}  // namespace assay::warehouse::sql
