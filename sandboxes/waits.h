#pragma once

// What the threads of a box waited for, as the owner of the clock is told it.
//
// Theory of operation. Whenever the box asks for time it says which waits have begun since, and
// which have ended (runner/baton_waits.cpp). So a wait is known while it lasts, and one that the
// end of the case cuts off is known as well. A wait of less than kShortestWait took no time that
// was asked for, but looks at a clock; it is left out.
//
// In: entries from the box, untrusted: what makes no sense is passed over. Out: a bounded list. The
// verdicts do not rest on it. One thread.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/model/wait.h"
#include "sandboxes/wire.h"

namespace assay::sandbox {

/// Waits that are kept of a case: those that ended first.
inline constexpr std::size_t kMaxWaits = 500;
/// Threads whose waits are followed at once.
inline constexpr std::size_t kMaxOpenWaits = 500;
inline constexpr Duration kShortestWait = std::chrono::milliseconds(1);

class WaitRecord {
 public:
  explicit WaitRecord(VirtualTime start) : start_(start) {}

  /// Entries up to the end of the message, none of which is later than `latest`. False where the
  /// message ends within one.
  bool take(wire::Reader& reader, VirtualTime latest);

  /// Real time begins: nothing more is told, and what is open lasts up to here.
  void close(VirtualTime now);

  /// Whether what is open would have lasted for ever, so that it counts however short it was.
  enum class Open { kLasted, kForEver };
  /// What there was, by its beginning. A note is added where that is not all.
  std::vector<model::Wait> finish(VirtualTime now, Open open, std::vector<std::string>& notes);

 private:
  void begin(std::uint32_t thread, model::WaitFor what, VirtualTime at, std::int64_t deadline);
  void end(std::uint32_t thread, model::WaitEnd how, VirtualTime at);
  void keep(model::Wait wait, Duration shortest);
  void close_all(VirtualTime now, Duration shortest);

  VirtualTime start_;
  std::map<std::uint32_t, model::Wait> open_;
  std::vector<model::Wait> kept_;
  bool cut_ = false;
};

}  // namespace assay::sandbox
