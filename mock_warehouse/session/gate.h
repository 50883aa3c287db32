#pragma once

// Whether clients get a connection: the listening socket, and what is done to it.
//
// Theory of operation. A listening socket that is shut down refuses connections by a RST, and
// listens again where it is told to: its port stays bound. One whose queue is full drops what asks
// for a connection, so that a client waits for its own timeout: the queue is made to hold one
// connection, and the filler, a socket of the same network, takes that place. Whoever owns the gate
// never sees either kind of attempt; the network's own counters tell how many there were.
//
// Where others share the network, its counters say too much. A client that waits has a socket that
// asks for a connection to this port, and /proc/net/tcp lists those; a refusal leaves nothing but a
// count of attempts that failed, whatever port they were made to.
//
// In: the listening socket, and, where connections are to be refused, control over its network.
// Out: connections. The counters are the kernel's: a client cannot forge them, but every attempt in
// that network counts, to whatever port it is made. Used from the thread of the server that owns
// it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/unique_fd.h"
#include "mock_warehouse/server.h"
#include "mock_warehouse/wire.h"

namespace assay::warehouse {

class Gate {
 public:
  explicit Gate(UniqueFd listener);
  /// Without it the gate stays open. An environment error where the network's counters cannot be
  /// read.
  Status control(NetworkControl network);

  Entrance state() const { return state_; }
  void set(Entrance state);

  /// How many clients have tried since the gate was shut, or since this was asked last.
  int attempts();
  /// Of so many clients that a silent gate kept waiting, how many still wait.
  int waiting(int known) const;

  int listener() const { return listener_.get(); }
  /// A connection that waits to be accepted, or nothing.
  UniqueFd accept() const;

 private:
  void fill();
  void empty();
  /// Of the TCP line of snmp.
  std::optional<std::int64_t> counter(std::string_view name) const;
  std::optional<std::int64_t> connections_begun() const;
  /// Their own ports, of those on this machine that wait for a connection to this one.
  std::set<std::string> who_waits() const;
  std::optional<std::int64_t> sockets_in_use() const;

  UniqueFd listener_;
  UniqueFd filler_;  ///< none: the gate is not controlled
  UniqueFd snmp_;    ///< kept open: it can be read when all processes of the network are gone
  UniqueFd sockstat_;
  UniqueFd tcp_;                  ///< none: nobody shares the network
  std::set<std::string> waited_;  ///< who did at the last look
  Entrance state_ = Entrance::kOpen;
  std::int64_t attempts_seen_ = 0;   ///< the counter, when it was last looked at
  std::int64_t sockets_before_ = 0;  ///< in the network, when the gate fell silent
};

}  // namespace assay::warehouse
