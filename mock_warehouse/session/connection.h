#pragma once

// One connection of a client: reads requests, has them answered, and carries the answers out.
//
// Theory of operation. The connection is in one of these states, and pump() moves it on as far as
// it goes at `now` without blocking:
//
//   reading    bytes come in until a request is whole; then the Responder makes a WireProgram of it
//   answering  the program's operations are carried out; requests behind it wait (pipelining)
//   draining   a FIN was sent; what still comes is thrown away until the client's own end of file,
//              since closing with unread bytes would turn the FIN into a RST
//   closed
//
// A client that closes while its answer waits or hangs is gone: kClientClosed, at the time when it
// was seen. (A client that only shut down its sending side looks the same from here; HTTP clients
// do not.) A request that has begun has to come whole within kRequestPatience. Bytes are sent with
// MSG_NOSIGNAL. Used from the thread of the server that owns it.

#include <poll.h>

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/unique_fd.h"
#include "harness/model/observation.h"
#include "mock_warehouse/session/request_reader.h"
#include "mock_warehouse/wire.h"

namespace assay::warehouse {

/// What a connection asks the server.
class Responder {
 public:
  struct Arrival {
    int connection = 0;
    int position = 0;
    VirtualTime at;
  };
  struct Exchange {
    std::optional<std::size_t> record;  ///< in the journal; none where it keeps none
    WireProgram program;
  };

  virtual Exchange answer(const HttpRequest& request, const Arrival& arrival) = 0;
  virtual Exchange refuse(const HttpRequest& partial, const Refusal& refusal,
                          const Arrival& arrival) = 0;
  /// So many more bytes came in.
  virtual void received(std::size_t bytes) = 0;
  /// Bytes of the answer went out; `bytes` is all of them so far.
  virtual void sent(std::size_t record, std::optional<int> status, std::int64_t bytes) = 0;
  virtual void ended(std::size_t record, model::WireEnd end, VirtualTime at) = 0;

 protected:
  ~Responder() = default;
};

class Connection {
 public:
  /// `socket` is a non-blocking stream socket.
  Connection(UniqueFd socket, int number);

  /// True where anything was read, sent, closed or reset.
  bool pump(VirtualTime now, Responder& responder);
  /// Ends whatever goes on, by a RST. An answer that is not over stays kOpen in the journal.
  void reset();

  bool closed() const { return !socket_.valid(); }
  std::optional<VirtualTime> next_event() const;
  pollfd poll_fd() const;

 private:
  std::size_t read_input();
  bool advance(VirtualTime now, Responder& responder);
  bool take_request(VirtualTime now, Responder& responder);
  bool wait_for_rest(VirtualTime now);
  bool play(VirtualTime now, Responder& responder);
  bool send_some(std::string_view bytes, VirtualTime now, Responder& responder);
  void begin(Responder::Exchange exchange, VirtualTime now);
  void end_answer(model::WireEnd end, VirtualTime now, Responder& responder);
  bool client_has_reset() const;
  void close() { socket_.reset(); }

  UniqueFd socket_;
  const int number_;
  int requests_ = 0;
  std::string input_;
  bool end_of_input_ = false;
  bool broken_ = false;  ///< the client reset the connection
  bool draining_ = false;
  bool blocked_ = false;  ///< the client does not read as fast as we send
  RequestReader reader_;
  std::optional<VirtualTime> begun_;  ///< when a request began that is not whole yet

  std::optional<WirePlayer> player_;
  std::optional<std::size_t> record_;
  std::int64_t bytes_sent_ = 0;
};

}  // namespace assay::warehouse
