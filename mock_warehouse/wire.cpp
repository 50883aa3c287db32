#include "mock_warehouse/wire.h"

#include <algorithm>

#include "harness/base/assert.h"

namespace assay::warehouse {
namespace {

/// A drip is nothing but sends with waits between them.
WireProgram without_drips(WireProgram program) {
  std::vector<WireOp> ops;
  for (WireOp& op : program.ops) {
    const auto* drip = std::get_if<Drip>(&op);
    if (drip == nullptr) {
      ops.push_back(std::move(op));
      continue;
    }
    const std::size_t size = std::max<std::size_t>(drip->chunk_bytes, 1);
    for (std::size_t at = 0; at < drip->bytes.size(); at += size) {
      if (at > 0) ops.push_back(Wait{drip->every});
      ops.push_back(Send{drip->bytes.substr(at, size)});
    }
  }
  return {std::move(ops), program.status};
}

}  // namespace

WireProgram& WireProgram::add(WireOp op) {
  ops.push_back(std::move(op));
  return *this;
}

void WireProgram::delay(Duration time) { ops.insert(ops.begin(), Wait{time}); }

WirePlayer::WirePlayer(WireProgram program, VirtualTime start)
    : program_(without_drips(std::move(program))), since_(start) {}

WirePlayer::Due WirePlayer::due(VirtualTime now) {
  for (; op_ < program_.ops.size(); ++op_) {
    const WireOp& op = program_.ops[op_];
    if (const auto* send = std::get_if<Send>(&op)) {
      if (!send->bytes.empty())
        return {Due::Kind::kSend, std::string_view(send->bytes).substr(sent_in_op_)};
    } else if (const auto* wait = std::get_if<Wait>(&op)) {
      if (since_ + wait->time > now) return {Due::Kind::kWait, {}, since_ + wait->time};
      // A wait ends when it is due and not when somebody looks, so late looks do not add up.
      since_ += wait->time;
    } else if (std::holds_alternative<Hang>(op)) {
      return {Due::Kind::kHang};
    } else {
      return {std::holds_alternative<Fin>(op) ? Due::Kind::kFin : Due::Kind::kReset};
    }
  }
  return {Due::Kind::kOver};
}

void WirePlayer::sent(std::size_t bytes, VirtualTime now) {
  ASSAY_ASSERT(op_ < program_.ops.size() && std::holds_alternative<Send>(program_.ops[op_]),
               "nothing was to be sent");
  sent_in_op_ += bytes;
  if (sent_in_op_ < std::get<Send>(program_.ops[op_]).bytes.size()) {
    slowed_ = true;
    return;
  }
  if (slowed_) since_ = std::max(since_, now);
  slowed_ = false;
  sent_in_op_ = 0;
  ++op_;
}

std::optional<VirtualTime> WirePlayer::next_event() const {
  if (op_ >= program_.ops.size()) return std::nullopt;
  const auto* wait = std::get_if<Wait>(&program_.ops[op_]);
  if (wait == nullptr) return std::nullopt;
  return since_ + wait->time;
}

}  // namespace assay::warehouse
