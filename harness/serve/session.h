#pragma once

// One run of a served case: a warehouse under the real clock, from the case's `now` on.
//
// In: the case, and the port's listening socket, which outlives the run. Out: what its journal has
// that is new. Used from one thread, which asks it when to look again; ends by its destructor.

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "harness/base/result.h"
#include "harness/serve/listener.h"
#include "harness/serve/served_case.h"
#include "harness/serve/watcher.h"
#include "mock_warehouse/server.h"

namespace assay::serve {

/// What runs of a case have in common.
struct Ground {
  std::string sql_program;  ///< assay-sql
  bool box = true;          ///< for it
  std::function<std::optional<warehouse::Answer>(const warehouse::HttpRequest&)> turn_away;
};

class Session {
 public:
  /// An error where the script keeps clients out and this network cannot.
  static Result<std::unique_ptr<Session>> begin(const ServedCase& served, const Listener& listener,
                                                const Ground& ground);

  /// Accepts, reads, acts and writes all that can be now.
  void pump();
  /// Ends every answer; the journal is complete then.
  void finish();

  /// As warehouse::Server; an error also for a fault of connections where they are not in our hand.
  Status inject(const Json& rule);

  void poll_fds(std::vector<pollfd>& fds) const { server_->poll_fds(fds); }
  /// Until when pump() may wait for one of them; negative: for ever.
  int wait_ms() const;

  /// Records that came or were over since this was asked last, the earliest first.
  std::vector<News> news();

  Duration elapsed() const { return now() - start_; }
  const warehouse::Server& server() const { return *server_; }

 private:
  Session(std::unique_ptr<warehouse::Server> server, VirtualTime start, Status controlled)
      : server_(std::move(server)), controlled_(std::move(controlled)), start_(start) {}

  VirtualTime now() const { return start_ + (std::chrono::steady_clock::now() - began_); }

  std::unique_ptr<warehouse::Server> server_;
  const Status controlled_;  ///< why clients cannot be kept out
  const VirtualTime start_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::size_t told_ = 0;           ///< records of the journal that news() has had
  std::vector<std::size_t> open_;  ///< of those, the ones that were not over
};

}  // namespace assay::serve
