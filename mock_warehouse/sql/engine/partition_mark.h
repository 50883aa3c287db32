#pragma once

// A function around a column of partitions, by which conditions on it are told in a plan. There a
// column is printed by whatever a query calls it, so its name says nothing. No query can call this.

#include <duckdb.h>

#include "harness/base/result.h"

namespace assay::warehouse::sql {

/// Makes kPartitionMark (source.h), which gives what it takes, for queries on that connection.
Status register_partition_mark(duckdb_connection connection);

}  // namespace assay::warehouse::sql
