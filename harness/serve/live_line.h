#pragma once

// A request of a live journal in words, and in one line of a terminal.
//
// Pure functions. Words hold what a client wrote as it is, where they do not say otherwise; the
// line is harmless.

#include <string>

#include "harness/report/format.h"
#include "harness/serve/watcher.h"

namespace assay::serve {

struct LiveWords {
  std::string asked;    ///< "GET /v1/tables/orders"
  std::string answer;   ///< "503, 312 bytes"; of an answer that goes on, that it does
  std::string fault;    ///< "http_error (rule 1, step 1)"; empty where the world answered
  std::string sql;      ///< the query that it brings, made visible, in one line
  std::string refusal;  ///< why it is refused, made visible, in one line
  bool bad = false;     ///< an error, or no answer at all
};
LiveWords live_words(const News& news);

/// "  12.345 s    +0.210 s  #3 GET /v1/… → 503, 312 bytes · http_error (rule 1, step 1)", with a
/// line end; below it a line for its query, and one for why it is refused.
std::string live_line(const News& news, const report::RenderOptions& options);

}  // namespace assay::serve
