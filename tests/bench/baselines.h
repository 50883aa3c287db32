#pragma once

// What a user would do instead of a warm box: a fresh Python for each case, in bubblewrap or bare.
//
// In: a folder with solution.py and the environment of the candidate. Out: how long one run took.
// The warehouse is served to them by a thread, over the host's loopback and in real time.

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "harness/model/plan.h"

namespace assay::bench {

/// Serves a case on a loopback port, in real time and from a thread of its own, until destroyed.
class LoopbackWarehouse {
 public:
  /// `item` gives world and script. One server for all runs: a script would be used up by the
  /// first.
  explicit LoopbackWarehouse(const model::Case& item);
  ~LoopbackWarehouse();
  LoopbackWarehouse(const LoopbackWarehouse&) = delete;
  LoopbackWarehouse& operator=(const LoopbackWarehouse&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void serve(const model::Case& item, UniqueFd listener);

  std::uint16_t port_ = 0;
  UniqueFd stop_;  // an eventfd
  std::thread thread_;
};

enum class Baseline { kBubblewrap, kBarePython };

/// The argument list of a run: `folder` holds solution.py, `call` is a line of Python that prints
/// JSON.
std::vector<std::string> command_of(Baseline baseline, const std::string& folder,
                                    const std::string& call);

/// Runs it to its end and gives the wall time in milliseconds, or an error with what it printed
/// where it did not print `expected`.
Result<double> time_run(const std::vector<std::string>& command,
                        const std::map<std::string, std::string>& environment,
                        const std::string& expected);

}  // namespace assay::bench
