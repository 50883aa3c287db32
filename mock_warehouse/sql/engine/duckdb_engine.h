#pragma once

// Queries run by DuckDB in this process, locked down.
//
// In memory and with one thread; no access to files, network or extensions; a bound on memory; and
// its configuration locked behind that. A query may take so many steps and read so many rows
// (query.h): whether it is refused goes by the query and never by the machine. This is a second
// wall: the first is the rewriter, which lets no other function or statement through, and a box
// stands around the process in which this is used (service.h). Used from one thread.

#include <duckdb.h>

#include <memory>

#include "harness/base/result.h"
#include "mock_warehouse/sql/query.h"
#include "mock_warehouse/world.h"

namespace assay::warehouse::sql {

/// What DuckDB may keep in memory.
inline constexpr const char* kEngineMemory = "256MB";

/// An opened and locked database, which needs no file from then on.
class DuckDb;
struct CloseDuckDb {
  void operator()(DuckDb* database) const;
};
using OpenDuckDb = std::unique_ptr<DuckDb, CloseDuckDb>;
Result<OpenDuckDb> open_duckdb();
/// For tests of the lock.
duckdb_connection connection_of(DuckDb& database);

/// The engine over one world.
std::unique_ptr<Engine> make_duckdb_engine(OpenDuckDb database, World world);

}  // namespace assay::warehouse::sql
