#include "tests/sandbox_support/support.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>

namespace assay::sandbox::testing {
namespace {

using Open = Result<std::unique_ptr<Sandbox>>(const SandboxOptions&);

std::unique_ptr<Sandbox> opened(Open* open, bool prepare_ahead = true) {
  SandboxOptions chosen = options();
  chosen.prepare_ahead = prepare_ahead;
  auto sandbox = open(chosen);
  if (!sandbox.ok()) {
    FAIL("this host gives no sandbox: " << sandbox.error().to_string());
  }
  return std::move(*sandbox);
}

}  // namespace

SandboxOptions options() {
  const char* copy = std::getenv("ASSAY_TEST_RUNNER");  // tests/as_user.sh
  return {.runner = copy != nullptr ? copy : ASSAY_RUNNER};
}

Sandbox& BoxBackend::sandbox() {
  static const auto kSandbox = opened(open_box_sandbox);
  return *kSandbox;
}

Sandbox& ProcessBackend::sandbox() {
  static const auto kSandbox = opened(open_process_sandbox);
  return *kSandbox;
}

Job call(std::string source, Json arguments, std::string function) {
  Job job;
  job.files = {{.path = "solution.py", .bytes = std::move(source)}};
  job.entry.file = "solution.py";
  job.entry.function = std::move(function);
  job.arguments = std::move(arguments);
  job.environment = {{"WAREHOUSE_URL", "http://warehouse:8080"}};
  job.now = *parse_utc("2026-03-14T06:00:00Z");
  return job;
}

Sandbox& BoxBackend::one_at_a_time() {
  static const auto kSandbox = opened(open_box_sandbox, false);
  return *kSandbox;
}

Sandbox& ProcessBackend::one_at_a_time() {
  static const auto kSandbox = opened(open_process_sandbox, false);
  return *kSandbox;
}

bool RecordingPeer::pump(VirtualTime now) {
  bool moved = false;
  for (;;) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) break;
    connections_.push_back({UniqueFd(fd), {}, std::nullopt});
  }
  for (auto& connection : connections_) moved |= read_from(connection, now);
  std::erase_if(connections_, [](const Connection& c) { return !c.socket.valid(); });
  return moved;
}

bool RecordingPeer::read_from(Connection& connection, VirtualTime now) {
  char buffer[4096];
  ssize_t size = 0;
  while ((size = ::recv(connection.socket.get(), buffer, sizeof buffer, 0)) > 0)
    connection.received.append(buffer, static_cast<std::size_t>(size));
  if (size == 0) {
    connection.socket.reset();
    return false;
  }
  if (!connection.answer_at && connection.received.find("\r\n\r\n") != std::string::npos) {
    requests_.push_back(connection.received);
    times_.push_back(now);
    if (answers) connection.answer_at = now + delay;
  }
  if (!connection.answer_at || *connection.answer_at > now) return false;
  answer(connection);
  return true;
}

void RecordingPeer::answer(Connection& connection) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
      std::to_string(body_.size()) + "\r\n\r\n";
  for (const std::string& part : {head, body_})
    CHECK(::send(connection.socket.get(), part.data(), part.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(part.size()));
  connection.socket.reset();
}

std::optional<VirtualTime> RecordingPeer::next_event() const {
  std::optional<VirtualTime> next;
  for (const auto& connection : connections_) {
    if (connection.answer_at && (!next || *connection.answer_at < *next))
      next = connection.answer_at;
  }
  return next;
}

void RecordingPeer::poll_fds(std::vector<pollfd>& fds) const {
  fds.push_back({listener_.get(), POLLIN, 0});
  for (const auto& connection : connections_) fds.push_back({connection.socket.get(), POLLIN, 0});
}

void RecordingPeer::finish(VirtualTime now) {
  pump(now);
  connections_.clear();
  listener_.reset();
  finished_ = true;
}

model::Observation run(Sandbox& sandbox, const Job& job) {
  RecordingPeer peer;
  return sandbox.run(job, peer);
}

std::string graded(const model::Observation& observation) {
  Json document = observation;
  document.erase("run");
  return dump_json(document);
}

}  // namespace assay::sandbox::testing
