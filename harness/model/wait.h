#pragma once

// One wait of a thread of the candidate's in virtual time: from when, for what, up to when at the
// latest, and how it came to its end. In: what the owner of the clock was told while it passed.
// Out: a part of an observation. Nothing is judged by it: it is what a timeline shows of a client
// between its requests.

#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/base/time.h"
#include "harness/model/json.h"

namespace assay::model {

enum class WaitFor : std::uint8_t {
  kSleep,    ///< time alone
  kConnect,  ///< a connection to the warehouse
  kRead,     ///< something to read from it
  kWrite,    ///< room to write to it
  kEvents,   ///< any of several descriptors, an event loop's timer, a pipe
  kLock,     ///< a lock, an event, a queue: another thread
  kSignal,
};
std::string_view to_string(WaitFor);
inline constexpr std::uint8_t kWaitKinds = static_cast<std::uint8_t>(WaitFor::kSignal) + 1;

enum class WaitEnd : std::uint8_t {
  kDone,      ///< what was waited for came
  kDeadline,  ///< it did not by then; a sleep was slept
  kSignal,    ///< a signal broke it off
  kCut,       ///< it lasted until the case ended, or until real time began
};
std::string_view to_string(WaitEnd);
inline constexpr std::uint8_t kWaitEnds = static_cast<std::uint8_t>(WaitEnd::kCut) + 1;

struct Wait {
  int thread = 1;  ///< 1 is the first; others in the order in which they were started
  WaitFor what = WaitFor::kSleep;
  Duration at{};  ///< since the case's `now`
  Duration ended_at{};
  std::optional<Duration> deadline;
  WaitEnd end = WaitEnd::kDone;

  bool operator==(const Wait&) const = default;
};

/// How a note begins that says that not all waits are in an observation.
inline constexpr std::string_view kNoteWaitsCut = "waits_cut";

void to_json(Json&, const Wait&);
void from_json(const Json&, Wait&);

}  // namespace assay::model
