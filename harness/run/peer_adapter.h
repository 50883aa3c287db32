#pragma once

// The mock warehouse as the Peer of a box: the one place where sandboxes and mock_warehouse meet.

#include "mock_warehouse/server.h"
#include "sandboxes/sandbox.h"

namespace assay::run {

/// Borrows the server, which must outlive it. Used from the thread that runs the job.
class WarehousePeer final : public sandbox::Peer {
 public:
  explicit WarehousePeer(warehouse::Server& server) : server_(server) {}

  void listen(UniqueFd listener) override { server_.listen(std::move(listener)); }
  bool shuts_out() const override { return server_.shuts_out(); }
  Status control(sandbox::NetworkControl network) override {
    return server_.control({std::move(network.filler), std::move(network.counters)});
  }
  bool pump(VirtualTime now) override { return server_.pump(now); }
  std::optional<VirtualTime> next_event() const override { return server_.next_event(); }
  std::chrono::nanoseconds work_time() const override { return server_.engine_time(); }
  void poll_fds(std::vector<pollfd>& fds) const override { server_.poll_fds(fds); }
  void enter_call() override { server_.enter_call(); }
  void finish(VirtualTime now) override { server_.finish(now); }

 private:
  warehouse::Server& server_;
};

}  // namespace assay::run
