#pragma once

// The process that runs queries, from its own side: assay-sql behind its socket.
//
// In: {"world": …} first and whenever the world changes, then {"query": …}, each answered by
// {"outcome": …}. A message that cannot be read, or a failure of the engine, is answered by
// {"failure": …} and ends the process. One thread.

#include "harness/base/result.h"
#include "mock_warehouse/sql/engine/duckdb_engine.h"

namespace assay::warehouse::sql {

/// Serves until the other end closes.
Status serve(int socket);

/// As the last message of a process that cannot serve.
void send_failure(int socket, const Error& error);

}  // namespace assay::warehouse::sql
