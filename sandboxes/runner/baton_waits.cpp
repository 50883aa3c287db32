// The waits of all threads in words for the worker, who keeps them (sandboxes/waits.h).
//
// A wait is told once time is asked for while it lasts: one that is over before took none. What has
// ended since is told with the next message, whichever that is, or by one of its own where there is
// no more room. Nothing is allocated, and it is called by the holder of the baton alone.

#include <cstring>

#include "sandboxes/runner/baton_state.h"
#include "sandboxes/runner/channel.h"
#include "sandboxes/runner/virtual_time.h"

namespace assay::sandbox::runner::baton {
namespace {

using model::WaitEnd;
using protocol::WaitEntry;

WaitWords g_untold;

template <class T>
void append(WaitWords& words, T value) {
  std::memcpy(words.bytes.data() + words.size, &value, sizeof value);
  words.size += sizeof value;
}

struct Entry {
  WaitEntry entry;
  std::uint32_t thread;
  std::uint8_t value;  ///< a WaitFor or a WaitEnd
  std::int64_t at;
  std::int64_t deadline;
};

void put(const Entry& entry) {
  if (g_untold.size + protocol::kWaitEntryBytes > g_untold.bytes.size()) tell_waits();
  append(g_untold, entry.entry);
  append(g_untold, entry.thread);
  append(g_untold, entry.value);
  append(g_untold, entry.at);
  append(g_untold, entry.deadline);
}

WaitEnd end_of(Woken woken) {
  switch (woken) {
    case Woken::kReady:
      return WaitEnd::kDone;
    case Woken::kDeadline:
      return WaitEnd::kDeadline;
    case Woken::kSignal:
      return WaitEnd::kSignal;
    case Woken::kRealTime:
      break;
  }
  return WaitEnd::kCut;
}

}  // namespace

void wait_ended(const Thread& thread) {
  if (!thread.told) return;
  put({WaitEntry::kEnded, thread.number, static_cast<std::uint8_t>(end_of(thread.woken)),
       virtual_time::now_ns(), protocol::kNever});
}

WaitWords take_untold_waits() {
  for (Thread* t = g.blocked.first; t != nullptr; t = t->behind) {
    if (t->told || !t->told_as) continue;
    put({WaitEntry::kBegun, t->number, static_cast<std::uint8_t>(*t->told_as), t->since,
         t->deadline});
    t->told = true;
  }
  const WaitWords words = g_untold;
  g_untold.size = 0;
  return words;
}

void tell_waits() {
  if (g_untold.size == 0) return;
  const WaitWords words = g_untold;
  g_untold.size = 0;
  send_message(g.channel, protocol::MessageType::kWaits, words.view());
}

}  // namespace assay::sandbox::runner::baton
