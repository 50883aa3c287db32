#pragma once

// What a query reads: which columns and partitions of each source, and what that weighs.
//
// In: the engine's own plan, as EXPLAIN (FORMAT json) tells it. There the columns that nobody needs
// are gone, and filters stand right above the scans that they hold for, whichever subquery or
// common table expression they were written in.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/model/json.h"
#include "mock_warehouse/sql/source.h"

namespace assay::warehouse::sql {

/// One scan of a plan.
struct PlannedScan {
  std::string function;
  std::vector<std::string> columns;
  std::vector<std::string> filters;  ///< in the engine's SQL; each holds for every row
  /// The same, of those above a projection of it: in these columns are names.
  std::vector<std::string> named_filters;
};

std::vector<PlannedScan> scans_of(const Json& plan);

/// Bytes of these columns in slices of the source.
std::int64_t bytes_read(const Source& source, const std::vector<Slice>& slices,
                        const std::vector<std::string>& columns);

}  // namespace assay::warehouse::sql
