#include <utility>

#include "sandboxes/sandbox.h"

namespace assay::sandbox {
namespace {

/// Holds the listener open, so that a connection is taken into its backlog and stays there.
class SilentPeer : public Peer {
 public:
  void listen(UniqueFd listener) override { listener_ = std::move(listener); }
  bool pump(VirtualTime) override { return false; }
  std::optional<VirtualTime> next_event() const override { return std::nullopt; }
  void poll_fds(std::vector<pollfd>&) const override {}
  void enter_call() override {}
  void finish(VirtualTime) override { listener_.reset(); }

 private:
  UniqueFd listener_;
};

}  // namespace

std::unique_ptr<Peer> make_silent_peer() { return std::make_unique<SilentPeer>(); }

}  // namespace assay::sandbox
