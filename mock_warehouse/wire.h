#pragma once

// What happens on a connection in answer to one request, as a list of operations; and the player
// that says which of them is due.
//
// Faults compile to such a list; the connection carries it out. In: operations and the time. Out:
// what to do now, or when to ask again. No sockets. Values; the player belongs to one connection.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/time.h"

namespace assay::warehouse {

struct Send {
  std::string bytes;
};
/// From the end of the operation before.
struct Wait {
  Duration time;
};
/// So many spaces, of which only a few are held at a time.
struct Padding {
  std::size_t bytes = 0;
};
/// From here on `chunk_bytes` go at once, and the next after `every`. 0: as many as the client
/// takes.
struct Pace {
  std::size_t chunk_bytes = 0;
  Duration every{};
};
/// Nothing more, for ever: only the client or the end of the case ends this.
struct Hang {};
/// No more bytes; the client reads an end of file behind what was sent.
struct Fin {};
/// A TCP reset.
struct Reset {};

/// What clients meet who ask for a connection.
enum class Entrance { kOpen, kRefused, kSilent };

using WireOp = std::variant<Send, Padding, Wait, Pace, Hang, Fin, Reset>;

/// A list that ends without Fin, Reset or Hang leaves the connection open for the next request.
struct WireProgram {
  /// Out of line: inlined moves of a variant set off a false alarm of GCC 12's
  /// -Wmaybe-uninitialized.
  WireProgram& add(WireOp op);

  std::vector<WireOp> ops;
  std::optional<int> status;  ///< of the answer in it; none where it holds no status line
};

class WirePlayer {
 public:
  WirePlayer(WireProgram program, VirtualTime start);

  struct Due {
    enum class Kind { kSend, kFin, kReset, kWait, kHang, kOver };
    Kind kind = Kind::kOver;
    std::string_view bytes{};  ///< kSend: what may be sent now; valid until sent() is called
    VirtualTime until{};       ///< kWait
  };

  /// What is to be done at `now`; passes the waits that are over by then.
  Due due(VirtualTime now);
  /// So many of the bytes that were due went out: fewer than all, none even, where the client is
  /// slow.
  void sent(std::size_t bytes, VirtualTime now);

  /// When the wait ends that stands in the way, if one does.
  std::optional<VirtualTime> next_event() const;
  std::optional<int> status() const { return program_.status; }

 private:
  std::string_view left_to_send() const;
  bool chunk_is_full() const { return pace_.chunk_bytes > 0 && in_chunk_ >= pace_.chunk_bytes; }

  WireProgram program_;
  std::size_t op_ = 0;
  std::size_t sent_in_op_ = 0;
  Pace pace_;
  std::size_t in_chunk_ = 0;  ///< bytes sent since the pace's last pause
  std::size_t offered_ = 0;   ///< bytes that were due at the last look
  bool slowed_ = false;       ///< the client did not take at once what it was offered
  VirtualTime since_;         ///< the end of the operation or the pause before
};

}  // namespace assay::warehouse
