#pragma once

// What tests of the sandbox share. In: Python source. Out: observations. The sandboxes are opened
// once a process, for a warm runner costs a second; one thread.

#include <memory>
#include <string>
#include <vector>

#include "sandboxes/sandbox.h"

namespace assay::sandbox::testing {

struct BoxBackend {
  static Sandbox& sandbox();
  static Sandbox& one_at_a_time();  ///< makes no box ahead: between two jobs there is none
};
struct ProcessBackend {
  static Sandbox& sandbox();
  static Sandbox& one_at_a_time();
};

/// For TEST_CASE_TEMPLATE.
#define EACH_BACKEND BoxBackend, ProcessBackend

SandboxOptions options();

/// Calls `function(*arguments)` of that source, at 2026-03-14T06:00:00Z, with the warehouse's
/// address in the environment.
Job call(std::string source, Json arguments = Json::array(), std::string function = "main");

/// A warehouse that answers every request with 200 and `body`, then closes; and remembers what it
/// read.
class RecordingPeer : public Peer {
 public:
  explicit RecordingPeer(std::string body = R"({"row_count": 7})") : body_(std::move(body)) {}

  /// Requests are answered this long after they came; never, where `answers` is false.
  Duration delay{};
  bool answers = true;

  const std::vector<std::string>& requests() const { return requests_; }
  const std::vector<VirtualTime>& times() const { return times_; }
  int calls_entered() const { return calls_entered_; }
  bool finished() const { return finished_; }

  void listen(UniqueFd listener) override { listener_ = std::move(listener); }
  bool pump(VirtualTime now) override;
  std::optional<VirtualTime> next_event() const override;
  void poll_fds(std::vector<pollfd>& fds) const override;
  void enter_call() override { ++calls_entered_; }
  void finish(VirtualTime now) override;

 private:
  struct Connection {
    UniqueFd socket;
    std::string received;
    std::optional<VirtualTime> answer_at;
  };
  bool read_from(Connection& connection, VirtualTime now);
  void answer(Connection& connection);

  std::string body_;
  UniqueFd listener_;
  std::vector<Connection> connections_;
  std::vector<std::string> requests_;
  std::vector<VirtualTime> times_;
  int calls_entered_ = 0;
  bool finished_ = false;
};

/// Runs with a RecordingPeer of its own.
model::Observation run(Sandbox& sandbox, const Job& job);

/// An observation as its artefact, without what may differ between two runs.
std::string graded(const model::Observation& observation);

}  // namespace assay::sandbox::testing
