#pragma once

// The process that runs queries, from its own side: assay-sql behind its socket.
//
// In: {"world": …} first and whenever the world changes, answered by {"ready": true}; then
// {"query": …, "cpu_ms": …}, each answered by {"outcome": …, "cpu_ms": …}: the cpu time that it may
// take, and that it took. A query that takes more ends the process with kExitOutOfCpu. A message
// that cannot be read, or a failure of the engine, is answered by {"failure": …} and ends the
// process, too. One thread.

#include "harness/base/result.h"
#include "mock_warehouse/sql/engine/duckdb_engine.h"

namespace assay::warehouse::sql {

/// Serves until the other end closes.
Status serve(int socket);

/// As the last message of a process that cannot serve.
void send_failure(int socket, const Error& error);

}  // namespace assay::warehouse::sql
