#pragma once

// The process that runs queries, from the worker's side: an Engine that starts assay-sql.
//
// Theory of operation. It is started when the first query comes, so a case without SQL pays nothing
// for it; the destructor ends it. Until it says that it is ready, what fails is the harness's or
// the host's. From the first query on it computes with a stranger's text, and what becomes of it is
// that query's doing: where it ends without an answer another is started and asked once more, and
// where that ends, too, the query is refused with resourcesExceeded. So nobody can make a fault of
// the harness of a query. Cpu time bounds what the engines of a case may do in all. The bound on
// waiting is for a host that does not give them that time: endless queries and processes of the
// candidate's own, which compute beside the engine on the same core, can make it pass as well. So
// the kernel is asked what time the engines were given, and where that is plenty for honest
// queries, it is theirs, too, that is refused.
//
// An answer is waited for without going on: time stands still for a candidate meanwhile, and in
// real time it is a matter of milliseconds. One thread: the kernel ends assay-sql when the thread
// that started it does.

#include <cstdint>
#include <memory>
#include <string>

#include "mock_warehouse/sql/query.h"

namespace assay::warehouse::sql {

/// What the engines of one case have left, one after another over worlds that change. Honest
/// queries need a hundredth of it.
struct EngineBudget {
  std::int64_t cpu_ms = 30'000;    ///< of them; beyond, queries are refused
  std::int64_t wall_ms = 300'000;  ///< waited for them; beyond, none is waited for any more
  /// Cpu time until they have had plenty: three times what honest queries need, and less than an
  /// engine gets of a core in `wall_ms` beside as many processes as a box may have. Where it is
  /// above zero when `wall_ms` is used up, the case is a fault of the harness.
  std::int64_t plenty_ms = 1'000;
};

struct ProcessOptions {
  std::string program;  ///< path of assay-sql
  bool box = true;      ///< otherwise a plain process: for authors, who trust what they run
  std::shared_ptr<EngineBudget> budget = std::make_shared<EngineBudget>();  ///< not null
};

/// `world` fits its schema; the engine keeps a copy.
std::unique_ptr<Engine> make_process_engine(ProcessOptions options, Json world);

}  // namespace assay::warehouse::sql
