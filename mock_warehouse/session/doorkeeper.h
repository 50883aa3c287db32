#pragma once

// Shuts the gate and opens it again as the script says, and tells the journal who stood before it.
//
// Nobody sees an attempt to connect that is refused or dropped: it is counted by the network, and
// looked for whenever the time stands still. The attempt belongs to the time of that look. A client
// that waits at a silent gate is waited for: the gate changes only when it has given up. In real
// time that a child process began nobody looks before each attempt, so that a client in a hurry may
// be refused more often than the script says. Borrows script and journal; used from the thread of
// the server that owns it.

#include <cstddef>
#include <deque>

#include "mock_warehouse/journal.h"
#include "mock_warehouse/script.h"
#include "mock_warehouse/session/gate.h"

namespace assay::warehouse {

class Doorkeeper {
 public:
  /// `start` is the case's `now`.
  Doorkeeper(Script& script, Journal& journal, VirtualTime start)
      : script_(script), journal_(journal), start_(start) {}

  /// Records who has come and who has given up, and sets the gate for whoever comes next.
  void look(Gate& gate, VirtualTime now);

 private:
  void record_attempts(Gate& gate, VirtualTime now);
  void record_ends(const Gate& gate, VirtualTime now);

  Script& script_;
  Journal& journal_;
  const VirtualTime start_;
  ScriptedEntrance current_;
  std::deque<std::size_t> waiting_;  ///< records of those who wait, the longest first
};

}  // namespace assay::warehouse
