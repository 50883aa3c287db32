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

/// Whether a query is refused goes by the budgets of query.h. This is for one that they do not
/// bound: it is ended, and asked once more of another process. A query that ends both, by its time
/// or otherwise, is answered with resourcesExceeded, and so is every one behind it: whoever asks it
/// has used up what a case may cost. What fails before a first query is the harness's failure.
inline constexpr int kAnswerMs = 120'000;

struct ProcessOptions {
  std::string program;  ///< path of assay-sql
  bool box = true;      ///< otherwise a plain process: for authors, who trust what they run
};

/// `world` fits its schema; the engine keeps a copy.
std::unique_ptr<Engine> make_process_engine(const ProcessOptions& options, Json world);

}  // namespace assay::warehouse::sql
