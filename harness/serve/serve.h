#pragma once

// Serves the warehouse of one case by itself, in real time, to whoever asks a port.
//
// Theory of operation. One thread and one loop: it waits for the port, for what the script has due,
// and for the signal to stop, then lets the warehouse act and tells the watchers what is new. The
// case is served as a grading has it, with the same seed; time is real, and its network is this
// machine's. Ends when `stop_fd` becomes readable.

#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/serve/control/page.h"
#include "harness/serve/listener.h"
#include "harness/serve/served_case.h"
#include "harness/serve/watcher.h"

namespace assay::serve {

struct ServeOptions {
  Wanted wanted;                   ///< what `served` was found by
  std::vector<std::string> names;  ///< by which clients may call the port, beside addresses
  std::string sql_program;         ///< assay-sql; started when a case asks a query
  bool box = true;                 ///< for it
  int stop_fd = -1;
  ControlPage* control = nullptr;  ///< is told as well; null: there is none
};

/// Watchers outlive the call.
Status serve(const ServeOptions& options, ServedCase served, Listener listener,
             std::span<Watcher* const> watchers);

}  // namespace assay::serve
