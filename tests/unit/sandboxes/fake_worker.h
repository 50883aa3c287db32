#pragma once

// The worker's side of the channel, as small as it can be: owns the clock of a candidate's process
// and a raw server that it talks to. For tests of what runs inside that process.
//
// In: Python source, arguments and the server's script. Out: what came over the channel. One
// thread.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/unique_fd.h"
#include "harness/model/json.h"

namespace assay::test {

inline constexpr std::int64_t kSecond = 1'000'000'000;
/// 2026-03-14T06:00:00Z.
inline constexpr std::int64_t kNow = 1'773'468'000 * kSecond;

/// One answer on the wire, and when: `after_ns` behind the request. `bytes` empty: none at all.
struct Answer {
  std::string bytes;
  std::int64_t after_ns = 0;
  bool close = true;
};

Answer http(int status, const std::string& body, std::int64_t after_ns = 0);
Answer kept_alive(int status, const std::string& body);
Answer silence();

/// A server of HTTP requests without bodies; the answers in order, the last one for ever.
class RawServer {
 public:
  explicit RawServer(std::vector<Answer> answers);
  int port() const { return port_; }
  /// Reads and writes what can be now. True where it did something that the client may see.
  bool pump(std::int64_t now_ns);
  std::int64_t next_event() const;
  const std::vector<std::string>& requests() const { return requests_; }
  /// Virtual times at which the requests were read, since kNow.
  const std::vector<std::int64_t>& times() const { return times_; }

 private:
  struct Connection {
    UniqueFd fd;
    std::string input;
    std::int64_t due = 0;  // 0: no answer is due
    Answer answer;
  };
  bool read(Connection& connection, std::int64_t now_ns);

  UniqueFd listener_;
  int port_ = 0;
  std::deque<Answer> answers_;
  std::vector<Connection> connections_;
  std::vector<std::string> requests_;
  std::vector<std::int64_t> times_;
};

struct Job {
  std::string source;
  Json arguments = Json::array();
  Json environment = Json::object();
  std::vector<std::pair<std::string, std::string>> other_files;
  std::string kind = "call";
  std::uint64_t seed = 7;
  std::size_t value_bytes = 1 << 20;
  bool watch_lines = false;
};

struct Run {
  Json result;                      ///< null where none came
  bool stuck = false;               ///< all blocked, nothing to wait for; it was killed
  std::string real_time;            ///< why, where the clock was let go
  std::string order_not_fixed;      ///< why, where threads did not go on in one fixed order
  std::int64_t phase_ns = -1;       ///< clock of kPhase, since kNow
  std::vector<std::int64_t> jumps;  ///< how far each grant moved the clock, where it did
  int wait_status = -1;
  std::string out, err;

  const Json& value() const;  ///< of a result that returned; fails the test otherwise
  const Json& exception() const;
  std::int64_t clock_ns() const;  ///< at the end, since kNow
  std::string dump() const;       ///< all that has to be the same every time
};

/// Runs it with a runner that is started once for all tests. `%PORT%` in the source becomes the
/// server's port.
Run run(const Job& job, RawServer* server = nullptr);
Run run(const std::string& source, RawServer* server = nullptr);

/// What the runner said of its Python.
const Json& hello();

}  // namespace assay::test
