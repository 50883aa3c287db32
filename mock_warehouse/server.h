#pragma once

// One mock warehouse: a world under a fault script, for one case.
//
// Sans event loop and sans clock: whoever owns the time calls pump(now). In: sockets that it is
// handed. Out: HTTP/1.1 and a journal. The same world, script, seed and requests give the same
// bytes at the same virtual times. Used from one thread.

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/base/unique_fd.h"
#include "harness/model/json.h"
#include "harness/model/observation.h"
#include "mock_warehouse/http.h"
#include "mock_warehouse/limits.h"
#include "mock_warehouse/query_desk.h"

namespace assay::warehouse {

struct ServerOptions {
  VirtualTime start;
  std::uint64_t seed = 0;
  /// Who runs SQL, where the world has it; none: queries fail, and the case with them.
  EngineMaker engine = nullptr;
  /// What its journal takes; whoever asks for more finds nobody listening any more. What is no
  /// case, and runs for longer, may want more.
  std::size_t max_requests = kMaxJournalRecords;
  /// What a request is answered with that is none of the case's: it meets neither world nor script.
  /// None: every request is the case's.
  std::function<std::optional<Answer>(const HttpRequest&)> turn_away = nullptr;
};

/// What it takes to keep the clients of a network out, and to count them.
struct NetworkControl {
  UniqueFd filler;    ///< a TCP socket of that network, non-blocking and not connected
  UniqueFd counters;  ///< the folder /proc/<pid>/net of a process in it
  /// Others are in it whose connections are none of the case's: a machine's own network. Then a
  /// client that is kept waiting is told by its socket, and of refusals every one there counts.
  bool shared = false;
};

class Server {
 public:
  /// `world` and `script` are the JSON of model::Case. An input error names what is wrong and, as
  /// `place.file`, the JSON pointer of it ("/script/0/steps/1/status").
  static Result<std::unique_ptr<Server>> make(const Json& world, const Json& script,
                                              const ServerOptions& options);
  /// The same of a world and a script with which check() found nothing wrong; anything else is a
  /// bug of the caller's: asserts.
  static std::unique_ptr<Server> make_checked(const Json& world, const Json& script,
                                              const ServerOptions& options);
  virtual ~Server() = default;

  /// Serves what connects to `listener` (non-blocking is set here). More than one may be given.
  virtual void listen(UniqueFd listener) = 0;

  /// Whether the script has faults of connections. They need control over the clients' network, and
  /// without it clients get all the connections that they ask for.
  virtual bool shuts_out() const = 0;
  /// Of the network in which the last listener was made.
  virtual Status control(NetworkControl network) = 0;

  /// Accepts, reads, acts and writes all that can be now. True where anything was accepted, read,
  /// sent, closed or reset: a client that was blocked may go on. Never blocks.
  virtual bool pump(VirtualTime now) = 0;

  /// The next time at which a scripted event is due: a delayed answer, the next drip.
  virtual std::optional<VirtualTime> next_event() const = 0;

  virtual void poll_fds(std::vector<pollfd>& fds) const = 0;

  /// Requests from here on are of phase kCall and use up the script's steps. Until then the world
  /// is healthy and no step is used.
  virtual void enter_call() = 0;

  /// Requests, or attempts to connect, meet this rule from now on, before the script's own and
  /// behind what was injected earlier, until its steps are used up. Their records have its fault
  /// and no rule. It is as a script has it; an input error says what is wrong with it, and where
  /// ("/injected/0/steps/0/status"). Faults of connections need control over the clients' network.
  virtual Status inject(const Json& rule) = 0;

  /// Reads what is left, ends what hangs, closes everything, completes the journal. A client that
  /// is found to have closed while its answer hung counts as gone by itself (kClientClosed), so
  /// where the harness ends a candidate, this is to be called before it does. Other answers stay
  /// kOpen. A second call does nothing.
  virtual void finish(VirtualTime now) = 0;

  virtual const std::vector<model::Request>& journal() const = 0;

  /// What is to be said of a record beside it. `refusal`: why its answer refuses what was asked
  /// for, "accessDenied: …". `idle_fault`: an injected fault that had nothing to change in it.
  struct Remark {
    std::string refusal;
    std::string idle_fault;
  };
  /// Of the record at that index.
  virtual Remark remark(std::size_t index) const = 0;

  /// A bound of limits.h was reached: nobody is listened to any more.
  virtual bool flooded() const = 0;

  /// What failed of the harness or the host while it answered: the case says nothing of the
  /// candidate then.
  virtual const std::optional<Error>& failure() const = 0;

  /// Real time that its SQL engine took, for which its clients had to wait.
  virtual std::chrono::nanoseconds engine_time() const = 0;
};

/// Checks a world and a script without serving them; the same errors as Server::make.
Status check(const Json& world, const Json& script);

}  // namespace assay::warehouse
