#pragma once

// What a query reads: which columns and partitions of each source, and what that weighs.
//
// In: the engine's own plan, as EXPLAIN (FORMAT json) tells it. There the columns that nobody needs
// are gone, and filters stand right above the scans that they hold for, whichever subquery or
// common table expression they were written in.

#include <string>
#include <vector>

#include "harness/model/json.h"
#include "mock_warehouse/sql/source.h"
#include "mock_warehouse/sql/tokens.h"

namespace assay::warehouse::sql {

/// One scan of a plan.
struct PlannedScan {
  std::string function;
  std::vector<std::string> columns;
  std::string filter;  ///< in the engine's SQL; empty: none
};

std::vector<PlannedScan> scans_of(const Json& plan);

/// A condition that picks partitions: it is on the partition column or a pseudo-column alone, which
/// stands by itself on one side of a comparison. `text` is over the columns of slice_columns().
struct PartitionFilter {
  std::string text;
  bool on_partition = false;  ///< not on _TABLE_SUFFIX
};

/// Those of the conditions in `filter`, joined by AND, that do.
std::vector<PartitionFilter> partition_filters(const Source& source, const std::string& filter);

/// What partition filters are over: the number of a slice, its day as each type of partition column
/// has it, the end of that day, and its suffix.
struct SliceColumns {
  static constexpr const char* kNumber = "slice_number";
  static constexpr const char* kDay = "slice_day";
  static constexpr const char* kStart = "slice_start";
  static constexpr const char* kEnd = "slice_end";
  static constexpr const char* kSuffix = "slice_suffix";
};
/// The slices of `source` as rows of a source of their own.
Source slices_as_rows(const Source& source);

/// Bytes of these columns in the source's slices.
std::int64_t bytes_read(const Source& source, const std::vector<std::string>& columns);

}  // namespace assay::warehouse::sql
