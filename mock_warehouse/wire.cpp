#include "mock_warehouse/wire.h"

#include <algorithm>

#include "harness/base/assert.h"

namespace assay::warehouse {
namespace {

/// What padding is taken from.
const std::string kSpaces(64 << 10, ' ');

}  // namespace

WireProgram& WireProgram::add(WireOp op) {
  ops.push_back(std::move(op));
  return *this;
}

WirePlayer::WirePlayer(WireProgram program, VirtualTime start)
    : program_(std::move(program)), since_(start) {}

/// What is left of the current operation, if it sends anything: of padding, a piece of it.
std::string_view WirePlayer::left_to_send() const {
  const WireOp& op = program_.ops[op_];
  if (const auto* send = std::get_if<Send>(&op))
    return std::string_view(send->bytes).substr(sent_in_op_);
  if (const auto* padding = std::get_if<Padding>(&op))
    return std::string_view(kSpaces).substr(0, padding->bytes - sent_in_op_);
  return {};
}

WirePlayer::Due WirePlayer::due(VirtualTime now) {
  for (; op_ < program_.ops.size(); ++op_, sent_in_op_ = 0) {
    const WireOp& op = program_.ops[op_];
    if (const auto* pace = std::get_if<Pace>(&op)) {
      pace_ = *pace;
      in_chunk_ = 0;
    } else if (const auto* wait = std::get_if<Wait>(&op)) {
      if (since_ + wait->time > now) return {Due::Kind::kWait, {}, since_ + wait->time};
      // A wait ends when it is due and not when somebody looks, so late looks do not add up.
      since_ += wait->time;
    } else if (std::holds_alternative<Hang>(op)) {
      return {Due::Kind::kHang};
    } else if (std::holds_alternative<Fin>(op)) {
      return {Due::Kind::kFin};
    } else if (std::holds_alternative<Reset>(op)) {
      return {Due::Kind::kReset};
    } else if (const std::string_view left = left_to_send(); !left.empty()) {
      if (chunk_is_full()) {
        if (since_ + pace_.every > now) return {Due::Kind::kWait, {}, since_ + pace_.every};
        since_ += pace_.every;
        in_chunk_ = 0;
      }
      const std::size_t most = pace_.chunk_bytes == 0 ? left.size() : pace_.chunk_bytes - in_chunk_;
      offered_ = std::min(most, left.size());
      return {Due::Kind::kSend, left.substr(0, offered_)};
    }
  }
  return {Due::Kind::kOver};
}

void WirePlayer::sent(std::size_t bytes, VirtualTime now) {
  ASSAY_ASSERT(bytes <= offered_, "more was sent than was due");
  slowed_ |= bytes < offered_;
  offered_ = 0;
  sent_in_op_ += bytes;
  in_chunk_ += bytes;
  if (!left_to_send().empty() && !chunk_is_full()) return;
  if (slowed_) since_ = std::max(since_, now);
  slowed_ = false;
}

std::optional<VirtualTime> WirePlayer::next_event() const {
  if (op_ >= program_.ops.size()) return std::nullopt;
  if (const auto* wait = std::get_if<Wait>(&program_.ops[op_])) return since_ + wait->time;
  if (chunk_is_full() && !left_to_send().empty()) return since_ + pace_.every;
  return std::nullopt;
}

}  // namespace assay::warehouse
