#pragma once

// A request of a live journal in words, and in one line of a terminal.
//
// Pure functions. Words hold what a client wrote as it is; the line is harmless.

#include <string>

#include "harness/model/observation.h"
#include "harness/report/format.h"

namespace assay::serve {

struct LiveWords {
  std::string asked;   ///< "GET /v1/tables/orders"
  std::string answer;  ///< "503, 312 bytes"; of an answer that goes on, that it does
  std::string fault;   ///< "http_error (rule 1, step 1)"; empty where the world answered
  bool bad = false;    ///< an error, or no answer at all
};
LiveWords live_words(const model::Request& request);

/// "  12.345 s    +0.210 s  #3 GET /v1/… → 503, 312 bytes · http_error (rule 1, step 1)", with a
/// line end.
std::string live_line(const model::Request& request, const report::RenderOptions& options);

}  // namespace assay::serve
