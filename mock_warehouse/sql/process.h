#pragma once

// The process that runs queries, from the worker's side: an Engine that starts assay-sql.
//
// It is started when the first query comes, so a case without SQL pays nothing for it; the
// destructor ends it. Its answer is waited for without going on: time stands still for a candidate
// meanwhile, and in real time it is a matter of milliseconds. One thread: the kernel ends assay-sql
// when the thread that started it does.

#include <memory>
#include <string>

#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql {

/// Whether a query is refused goes by the budgets of query.h. This is for an engine that hangs: it
/// is ended, and the case is a fault of the harness.
inline constexpr int kAnswerMs = 120'000;

struct ProcessOptions {
  std::string program;  ///< path of assay-sql
  bool box = true;      ///< otherwise a plain process: for authors, who trust what they run
};

/// `world` fits its schema; the engine keeps a copy.
std::unique_ptr<Engine> make_process_engine(const ProcessOptions& options, Json world);

}  // namespace assay::warehouse::sql
