#pragma once

// The control page: shows a journal live in a browser, puts a fault in, starts the case anew.
//
// Theory of operation. A server of its own on a port of its own, in the loop of serve(): the page
// is three files that are built in, its events are a stream (server-sent events), and what changes
// anything is a POST. Every request is held against Visitors; a POST must have an Origin, which is
// this port's own, and the token that stands in the page, which no page of another site can read.
// The content security policy lets the page load nothing but its own style and script, and the
// script puts text into the page as text.
//
// In: what happens, as a Watcher; requests of browsers, which are strangers' as far as they are not
// proven otherwise. Out: calls of ControlActions, from pump(). Used from one thread.

#include <list>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/serve/control/client.h"
#include "harness/serve/listener.h"
#include "harness/serve/visitors.h"
#include "harness/serve/watcher.h"

namespace assay::serve {

/// What a person can do while a case is served.
class ControlActions {
 public:
  /// The rule is as a stranger wrote it; an error says what is wrong with it.
  virtual Status inject(const Json& rule) = 0;
  virtual Status start_anew() = 0;

 protected:
  ~ControlActions() = default;
};

class ControlPage final : public Watcher {
 public:
  /// `names` are as of Visitors.
  static Result<ControlPage> open(const Endpoint& endpoint, std::vector<std::string> names);

  const Listener& listener() const { return listener_; }

  void begun(Run run, const ServedCase& served) override;
  void request(const News& news) override;
  void notice(const std::string& text) override;
  void ended(Duration at) override;
  void closed() override;

  void poll_fds(std::vector<pollfd>& fds) const;
  /// Does all that can be done now.
  void pump(ControlActions& actions);

 private:
  ControlPage(Listener listener, std::vector<std::string> names, std::string token);

  struct Visit {
    Client client;
    int run = 0;           ///< whose events a stream had last
    std::size_t next = 0;  ///< of them, which it gets next
  };

  void tell(std::string_view event, const Json& data);
  void feed(Visit& visit) const;
  void serve(Visit& visit, const Client::Asked& asked, ControlActions& actions) const;
  warehouse::Answer answer_to(const Client::Asked& asked, ControlActions& actions) const;
  warehouse::Answer act(const warehouse::HttpRequest& request, ControlActions& actions) const;

  Listener listener_;
  Visitors visitors_;
  std::string token_;
  std::list<Visit> visits_;
  Run run_ = 0;
  std::vector<std::string> events_;  ///< of this run, as they are streamed
};

}  // namespace assay::serve
