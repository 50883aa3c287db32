#include "mock_warehouse/session/doorkeeper.h"

namespace assay::warehouse {

using model::WireEnd;

void Doorkeeper::look(Gate& gate, VirtualTime now) {
  record_attempts(gate, now);
  record_ends(gate, now);
  if (!waiting_.empty()) return;
  current_ = script_.entrance(now - start_);
  gate.set(current_.entrance);
}

void Doorkeeper::record_attempts(Gate& gate, VirtualTime now) {
  for (int left = gate.attempts(); left > 0 && !journal_.full(); --left) {
    model::Request record;
    record.phase = model::Phase::kCall;
    record.operation = "connect";
    if (!current_.injected) {
      record.rule = current_.rule;
      record.step = current_.step;
    }
    record.fault = current_.fault;
    HttpRequest nothing;
    nothing.method = "connect";
    const std::size_t index = journal_.add(nothing, now, std::move(record));
    if (gate.state() == Entrance::kRefused) {
      journal_.ended(index, WireEnd::kRst, now);
    } else {
      waiting_.push_back(index);
    }
    script_.attempted(current_);
    // The next of them falls to the next step, if that is of the same kind.
    const ScriptedEntrance next = script_.entrance(now - start_);
    if (next.entrance == gate.state()) current_ = next;
  }
}

void Doorkeeper::record_ends(const Gate& gate, VirtualTime now) {
  if (waiting_.empty()) return;
  const auto still = static_cast<std::size_t>(gate.waiting(static_cast<int>(waiting_.size())));
  for (; waiting_.size() > still; waiting_.pop_front())
    journal_.ended(waiting_.front(), WireEnd::kClientClosed, now);
}

}  // namespace assay::warehouse
