#include "tests/unit/sandboxes/fake_worker.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sandboxes/codec.h"
#include "sandboxes/protocol.h"
#include "tests/support/scratch.h"

namespace assay::test {
namespace {

using sandbox::protocol::kMaxMessage;
using sandbox::protocol::kMaxPiece;
using sandbox::protocol::kNever;
using sandbox::protocol::MessageType;

constexpr int kPatienceMs = 60'000;  // of real time; only a defect needs it

std::pair<UniqueFd, UniqueFd> make_pair_of(int type) {
  int fds[2];
  REQUIRE(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) == 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

std::pair<UniqueFd, UniqueFd> make_pipe() {
  int fds[2];
  REQUIRE(pipe2(fds, O_CLOEXEC | O_NONBLOCK) == 0);
  fcntl(fds[0], F_SETPIPE_SZ, 1 << 20);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 65536> bytes;
  for (ssize_t got; (got = read(fd, bytes.data(), bytes.size())) > 0;) {
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// The helper process, started at the first use and ended by the end of this one.
class Host {
 public:
  Host() {
    auto [ours, theirs] = make_pair_of(SOCK_SEQPACKET);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, theirs.get(), 0);
    const std::string path = ASSAY_CANDIDATE_HOST;
    char* argv[] = {const_cast<char*>(path.c_str()), nullptr};
    char* environment[] = {nullptr};
    pid_t pid = 0;
    REQUIRE(posix_spawn(&pid, path.c_str(), &actions, nullptr, argv, environment) == 0);
    posix_spawn_file_actions_destroy(&actions);
    control_ = std::move(ours);
    theirs.reset();
    hello_ = Json::parse(receive());
  }

  std::string receive() {
    pollfd waiting{control_.get(), POLLIN, 0};
    REQUIRE_MESSAGE(poll(&waiting, 1, kPatienceMs) == 1, "the runner does not answer");
    std::string bytes(65536, '\0');
    const ssize_t got = recv(control_.get(), bytes.data(), bytes.size(), 0);
    REQUIRE_MESSAGE(got > 0, "the runner is gone");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  void start(const std::string& folder, std::array<int, 3> descriptors) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof descriptors)> control{};
    iovec part{const_cast<char*>(folder.data()), folder.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptors);
    std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof descriptors);
    REQUIRE(sendmsg(control_.get(), &message, MSG_NOSIGNAL) > 0);
  }

  const Json& hello() const { return hello_; }

 private:
  UniqueFd control_;
  Json hello_;
};

Host& host() {
  static Host host;
  return host;
}

class Channel {
 public:
  explicit Channel(UniqueFd fd) : fd_(std::move(fd)) {}

  bool has_message(int timeout_ms) {
    pollfd waiting{fd_.get(), POLLIN, 0};
    return poll(&waiting, 1, timeout_ms) == 1;
  }

  /// False at the end of file.
  bool receive(std::string& message) {
    REQUIRE_MESSAGE(has_message(kPatienceMs), "the candidate says nothing");
    message.resize(kMaxMessage);
    const ssize_t got = recv(fd_.get(), message.data(), message.size(), 0);
    message.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return got > 0;
  }

  void grant(std::int64_t clock) {
    std::string message(1, static_cast<char>(MessageType::kGrant));
    message.append(reinterpret_cast<const char*>(&clock), sizeof clock);
    send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL);
  }

  void send_job(const Json& job) {
    const std::string bytes = sandbox::codec::encode(job);
    for (std::size_t at = 0;; at += kMaxPiece) {
      const bool last = bytes.size() - at <= kMaxPiece;
      std::string message{static_cast<char>(MessageType::kJob), last ? '\1' : '\0'};
      message += bytes.substr(at, kMaxPiece);
      REQUIRE(send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL) > 0);
      if (last) return;
    }
  }

 private:
  UniqueFd fd_;
};

std::int64_t integer_at(const std::string& message, std::size_t at) {
  std::int64_t value = 0;
  REQUIRE(message.size() >= at + sizeof value);
  std::memcpy(&value, message.data() + at, sizeof value);
  return value;
}

Json to_json(const Job& job, const RawServer* server) {
  std::string source = job.source;
  const std::string port = server == nullptr ? "1" : std::to_string(server->port());
  for (std::size_t at; (at = source.find("%PORT%")) != std::string::npos;)
    source.replace(at, 6, port);
  const auto file = [](const std::string& path, const std::string& text) {
    return Json{{"path", path},
                {"bytes", Json::binary(std::vector<std::uint8_t>(text.begin(), text.end()))}};
  };
  Json files = Json::array({file("solution.py", source)});
  for (const auto& [path, text] : job.other_files) files.push_back(file(path, text));
  return {{"kind", job.kind},
          {"files", files},
          {"file", "solution.py"},
          {"function", "check"},
          {"arguments", job.arguments},
          {"environment", job.environment},
          {"seed", job.seed},
          {"watch_lines", job.watch_lines},
          {"now_ns", kNow},
          {"limits", {{"value_bytes", job.value_bytes}}}};
}

/// Answers kBlocked: what the server does now, or the next thing that happens. kNever: nothing.
std::int64_t next_time(std::int64_t clock, std::int64_t deadline, RawServer* server) {
  if (server == nullptr) return deadline;
  if (server->pump(clock)) return clock;
  return std::max(clock, std::min(deadline, server->next_event()));
}

/// One message of the candidate; false when it has said its last.
bool handle(const std::string& message, Channel& channel, RawServer* server, Run& run,
            std::string& result) {
  switch (static_cast<MessageType>(message[0])) {
    case MessageType::kBlocked: {
      const std::int64_t clock = integer_at(message, 1);
      const std::int64_t next = next_time(clock, integer_at(message, 9), server);
      if (next == kNever) {
        run.stuck = true;
        return false;
      }
      if (next > clock) run.jumps.push_back(next - clock);
      if (server != nullptr) server->pump(next);
      channel.grant(next);
      return true;
    }
    case MessageType::kPhase:
      run.phase_ns = integer_at(message, 1) - kNow;
      if (run.real_time.empty()) channel.grant(integer_at(message, 1));
      return true;
    case MessageType::kRealTime:
      run.real_time = message.substr(9);
      channel.grant(integer_at(message, 1));
      return true;
    case MessageType::kOrderNotFixed:
      run.order_not_fixed = message.substr(1);
      return true;
    case MessageType::kWaits:  // what of them is told is for the tests of whole boxes
      return true;
    case MessageType::kResult:
      result += message.substr(2);
      if (message[1] == '\0') return true;
      run.result = sandbox::codec::decode(result).value();
      return false;
    default:
      FAIL("an unknown message");
      return false;
  }
}

}  // namespace

Answer http(int status, const std::string& body, std::int64_t after_ns) {
  return {"HTTP/1.1 " + std::to_string(status) + " Reason\r\nContent-Type: application/json\r\n" +
              "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
              body,
          after_ns, true};
}

Answer kept_alive(int status, const std::string& body) {
  return {"HTTP/1.1 " + std::to_string(status) + " Reason\r\nContent-Type: application/json\r\n" +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
          0, false};
}

Answer silence() { return {"", kNever, false}; }

RawServer::RawServer(std::vector<Answer> answers) : answers_(answers.begin(), answers.end()) {
  listener_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(listen(listener_.get(), 64) == 0);
  getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
}

bool RawServer::read(Connection& connection, std::int64_t now_ns) {
  std::array<char, 65536> bytes;
  const ssize_t got = recv(connection.fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got == 0) connection.fd.reset();
  if (got <= 0) return false;
  connection.input.append(bytes.data(), static_cast<std::size_t>(got));
  const std::size_t end = connection.input.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  requests_.push_back(connection.input.substr(0, end));
  times_.push_back(now_ns - kNow);
  connection.input.erase(0, end + 4);
  connection.answer = answers_.front();
  if (answers_.size() > 1) answers_.pop_front();
  const std::int64_t after = connection.answer.after_ns;
  connection.due = after == kNever ? kNever : now_ns + after;
  return true;
}

bool RawServer::pump(std::int64_t now_ns) {
  bool acted = false;
  for (int fd; (fd = accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    connections_.push_back({UniqueFd(fd), {}, 0, {}});
  }
  for (Connection& connection : connections_) {
    if (connection.fd.valid()) read(connection, now_ns);
    if (!connection.fd.valid() || connection.due == 0 || connection.due > now_ns) continue;
    const std::string& bytes = connection.answer.bytes;
    send(connection.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    connection.due = 0;
    if (connection.answer.close) connection.fd.reset();
    acted = true;
  }
  return acted;
}

std::int64_t RawServer::next_event() const {
  std::int64_t next = kNever;
  for (const Connection& connection : connections_) {
    if (connection.fd.valid() && connection.due != 0) next = std::min(next, connection.due);
  }
  return next;
}

const Json& Run::value() const {
  REQUIRE_MESSAGE(result.is_object(), "no result; stderr: " << err);
  REQUIRE_MESSAGE(result.at("kind") == "returned", result.dump(2));
  return result.at("value");
}

const Json& Run::exception() const {
  REQUIRE_MESSAGE(result.is_object(), "no result; stderr: " << err);
  REQUIRE_MESSAGE(result.at("kind") == "raised", result.dump(2));
  return result.at("exception");
}

std::int64_t Run::clock_ns() const { return result.at("clock_ns").get<std::int64_t>() - kNow; }

std::string Run::dump() const {
  return result.dump() + "\n" + Json(jumps).dump() + "\n" + std::to_string(phase_ns) + "\n" + out +
         err;
}

const Json& hello() { return host().hello(); }

Run run(const Job& job, RawServer* server) {
  Host& runner = host();
  const assay::testing::Scratch folder;
  auto [ours, theirs] = make_pair_of(SOCK_SEQPACKET);
  auto [out, out_end] = make_pipe();
  auto [err, err_end] = make_pipe();
  fcntl(out_end.get(), F_SETFL, 0);
  fcntl(err_end.get(), F_SETFL, 0);
  runner.start(folder.path(), {theirs.get(), out_end.get(), err_end.get()});
  theirs.reset();
  out_end.reset();
  err_end.reset();

  Run run;
  {
    Channel channel(std::move(ours));
    std::string message;
    REQUIRE(channel.receive(message));
    REQUIRE(static_cast<MessageType>(message[0]) == MessageType::kReady);
    channel.send_job(to_json(job, server));
    std::string result;
    do {
      // In real time the server is looked after while the candidate goes on.
      while (!run.real_time.empty() && server != nullptr && !channel.has_message(1)) {
        server->pump(kNow);
      }
    } while (channel.receive(message) && handle(message, channel, server, run, result));
  }  // closing the channel ends a candidate that waits for a grant
  const std::string status = runner.receive();
  std::memcpy(&run.wait_status, status.data(), sizeof run.wait_status);
  run.out = read_all(out.get());
  run.err = read_all(err.get());
  return run;
}

Run run(const std::string& source, RawServer* server) { return run(Job{.source = source}, server); }

}  // namespace assay::test
