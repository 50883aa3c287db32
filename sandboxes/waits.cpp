#include "sandboxes/waits.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace assay::sandbox {

using model::Wait;
using model::WaitEnd;
using model::WaitFor;
using protocol::WaitEntry;

bool WaitRecord::take(wire::Reader& reader, VirtualTime latest) {
  while (!reader.at_end()) {
    const auto entry = static_cast<WaitEntry>(reader.u8());
    const std::uint32_t thread = reader.u32();
    const std::uint8_t value = reader.u8();
    const VirtualTime at = virtual_time_from_ns(reader.i64());
    const std::int64_t deadline = reader.i64();
    if (!reader.ok()) return false;
    if (at < start_ || at > latest || thread < 1 || thread > INT32_MAX) continue;
    if (entry == WaitEntry::kBegun && value < model::kWaitKinds && deadline >= to_ns(at)) {
      begin(thread, static_cast<WaitFor>(value), at, deadline);
    } else if (entry == WaitEntry::kEnded && value < model::kWaitEnds) {
      end(thread, static_cast<WaitEnd>(value), at);
    }
  }
  return true;
}

void WaitRecord::begin(std::uint32_t thread, WaitFor what, VirtualTime at, std::int64_t deadline) {
  if (open_.size() >= kMaxOpenWaits && !open_.contains(thread)) {
    cut_ = true;
    return;
  }
  Wait wait{.thread = static_cast<int>(thread), .what = what, .at = at - start_};
  if (deadline != protocol::kNever) wait.deadline = virtual_time_from_ns(deadline) - start_;
  open_.insert_or_assign(thread, wait);
}

void WaitRecord::end(std::uint32_t thread, WaitEnd how, VirtualTime at) {
  const auto found = open_.find(thread);
  if (found == open_.end() || at - start_ < found->second.at) return;
  Wait wait = std::move(found->second);
  open_.erase(found);
  wait.ended_at = at - start_;
  wait.end = how;
  keep(std::move(wait), kShortestWait);
}

void WaitRecord::keep(Wait wait, Duration shortest) {
  if (wait.ended_at - wait.at < shortest) return;
  if (kept_.size() < kMaxWaits) {
    kept_.push_back(std::move(wait));
  } else {
    cut_ = true;
  }
}

void WaitRecord::close_all(VirtualTime now, Duration shortest) {
  for (auto& [thread, wait] : std::exchange(open_, {})) {
    // It left without a word, and nothing says what it waited for to the end but its deadline.
    const bool over = wait.deadline && *wait.deadline <= now - start_;
    wait.ended_at = over ? *wait.deadline : std::max(wait.at, now - start_);
    wait.end = over ? WaitEnd::kDeadline : WaitEnd::kCut;
    keep(std::move(wait), shortest);
  }
}

void WaitRecord::close(VirtualTime now) { close_all(now, kShortestWait); }

std::vector<Wait> WaitRecord::finish(VirtualTime now, Open open, std::vector<std::string>& notes) {
  close_all(now, open == Open::kForEver ? Duration::zero() : kShortestWait);
  std::ranges::sort(kept_, {}, [](const Wait& wait) { return std::tuple(wait.at, wait.thread); });
  if (cut_) {
    notes.push_back(std::string(model::kNoteWaitsCut) + ": there were more waits than the " +
                    std::to_string(kept_.size()) + " that are kept");
  }
  return std::move(kept_);
}

}  // namespace assay::sandbox
