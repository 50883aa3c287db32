#pragma once

// A Source as a table function of DuckDB: its rows are computed while they are read.
//
// The engine below asks for the columns that a query needs and for no others. A Scan must stay
// where it is, and lives as long as the database, for a function is never unregistered; what it
// serves is taken away once its query is over. One thread.

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "mock_warehouse/sql/source.h"

namespace assay::warehouse::sql {

/// What one query may still read, of all its sources.
struct ReadBudget {
  std::int64_t rows = 0;
  bool exhausted = false;
};

struct Scan {
  std::string function;  ///< its name
  Source source;
  ReadBudget* budget = nullptr;
};

/// Registers `scan.function`.
Status register_scan(duckdb_connection connection, Scan& scan);

}  // namespace assay::warehouse::sql
