#pragma once

// Whoever follows a warehouse that is served: the terminal, the journal's file, the control page.
//
// Called by serve() from its thread, in the order in which things happen.

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/observation.h"
#include "harness/serve/served_case.h"
#include "mock_warehouse/server.h"

namespace assay::serve {

/// How often the case was begun, from 1: each time its world, script and clock start anew.
using Run = int;

/// A record of the journal, and what is to be said beside it.
struct News {
  model::Request request;
  warehouse::Server::Remark remark;
};

struct Opened {
  std::string url;
  std::string control_url;         ///< of the control page; empty where there is none
  std::vector<std::string> notes;  ///< what does not hold here as it does in a box
};

class Watcher {
 public:
  virtual ~Watcher() = default;

  /// The first run follows `opened`; the others go by the same URL.
  virtual void opened(const Opened& opened) { (void)opened; }
  virtual void begun(Run run, const ServedCase& served) = 0;
  /// A request of this run has come in, or goes on, or its answer is over.
  virtual void request(const News& news) = 0;
  /// Something that a person should know and that ends nothing.
  virtual void notice(const std::string& text) { (void)text; }
  /// The run is over, so long after its start: requests that are open stay so.
  virtual void ended(Duration at) = 0;
  /// Behind the last run.
  virtual void closed() {}
};

}  // namespace assay::serve
