// What a client sends to the mock warehouse: bytes, requests, routes, faults, answers and journal.
//
// The first line of an input says how it is served: a letter for the fault script (kScripts, from
// `a` on), a digit for how many bytes come at once (0: all of them), and optionally `x`: the client
// closes its sending side behind the last byte, or `p`: the module is still being imported. All
// behind that line is what the client sends, as it is.

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/observation.h"
#include "mock_warehouse/http.h"
#include "mock_warehouse/limits.h"
#include "mock_warehouse/server.h"
#include "tests/fuzz/answers.h"
#include "tests/fuzz/invariant.h"

namespace assay::fuzz {
namespace {

using warehouse::Server;

constexpr std::string_view kWorld = R"({
  "tables": {"orders": {"partition_column": "order_date", "partitions": [
    {"date": "2026-03-11", "row_count": 1200}, {"date": "2026-03-12", "row_count": 1300},
    {"date": "2026-03-13", "row_count": 1500}]}}})";

/// `framed`: what comes back is HTTP as RFC 9112 has it.
struct ScriptOf {
  const char* json;
  bool framed = true;
};

constexpr std::array kScripts = {
    ScriptOf{"[]"},
    ScriptOf{R"([{"steps": [{"fault": "http_error", "status": 503, "headers": {"Retry-After": "5"}},
      {"fault": "rate_limited", "retry_after": {"http_date_in_s": 60}},
      {"fault": "redirect", "count": 2}, {"fault": "html_body"}]}])"},
    ScriptOf{R"([{"steps": [{"fault": "latency", "ms": 1500}, {"fault": "slow_drip", "part": "both",
      "chunk_bytes": 700}, {"fault": "wrong_content_type"}, {"fault": "bad_encoding", "as": "gzip"}]}])"},
    ScriptOf{R"([{"match": {"operation": "list_partitions"}, "steps": [{"fault": "page", "size": 1},
      {"fault": "page", "repeat_token": true}], "then": "repeat"},
      {"steps": [{"fault": "eventual", "after_calls": 2}, {"fault": "stale_metadata"}]}])"},
    ScriptOf{R"([{"steps": [{"fault": "value", "path": "row_count", "value": -1},
      {"fault": "value", "path": "/rows", "literal": "NaN"}, {"fault": "malformed_json"},
      {"fault": "auth_expired"}, {"fault": "oversized_body", "bytes": 70000}], "then": "repeat"}])"},
    ScriptOf{R"([{"steps": [{"fault": "connection_reset", "at": "mid_body"}]}])", false},
    ScriptOf{R"([{"steps": [{"fault": "hang", "at": "after_headers"}], "then": "repeat"}])", false},
    ScriptOf{R"([{"steps": [{"fault": "truncated_body"}, {"fault": "empty_response"}]}])", false},
    ScriptOf{R"([{"steps": [{"fault": "malformed_chunk", "defect": "size"}]}])", false},
    ScriptOf{R"([{"steps": [{"fault": "length_mismatch", "by": 5}, {"fault": "bad_status_line"},
      {"fault": "garbage", "bytes": 300}]}])",
             false},
    ScriptOf{
        R"([{"match": {"path": "/v1/*", "method": "GET"}, "steps": [{"fault": "oversized_header",
      "bytes": 20000}]}, {"match": {"operation": "unknown"}, "steps": [{"fault": "http_error",
      "status": 418, "connection": "close"}], "then": "repeat"}])"},
};

struct Session {
  std::size_t script = 0;
  std::size_t piece = 0;
  bool half_close = false;
  bool importing = false;
  std::string_view bytes;
};

Session session_of(std::string_view input) {
  Session session;
  const std::string_view line = input.substr(0, input.find('\n'));
  session.bytes = input.substr(std::min(line.size() + 1, input.size()));
  if (!line.empty()) session.script = static_cast<unsigned char>(line[0] - 'a') % kScripts.size();
  if (line.size() > 1) session.piece = static_cast<unsigned char>(line[1] - '0') % 10;
  session.half_close = line.find('x', 1) != std::string_view::npos;
  session.importing = line.find('p', 1) != std::string_view::npos;
  return session;
}

/// Served over a Unix socket, so that thousands of connections leave no port behind.
class Wire {
 public:
  explicit Wire(Server& server) : server_(server) {
    UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    socklen_t size = sizeof address.sun_family;  // the kernel chooses an abstract name
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    FUZZ_CHECK(::bind(listener.get(), any, size) == 0, "no socket could be bound");
    FUZZ_CHECK(::listen(listener.get(), 4) == 0, "no socket could be listened at");
    size = sizeof address;
    FUZZ_CHECK(::getsockname(listener.get(), any, &size) == 0, "a socket without a name");
    client_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    FUZZ_CHECK(::connect(client_.get(), any, size) == 0, "no connection");
    server.listen(std::move(listener));
  }

  void pump() {
    for (int rounds = 0; server_.pump(now_); ++rounds) {
      FUZZ_CHECK(rounds < 100'000, "the server is never at rest");
      read();
    }
    read();
  }

  /// False where the server takes no more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n =
          ::send(client_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
      pump();
    }
    return true;
  }

  void half_close() {
    ::shutdown(client_.get(), SHUT_WR);
    pump();
  }

  /// Lets time pass from event to event.
  void wait() {
    for (int i = 0; i < 2'000; ++i) {
      const auto next = server_.next_event();
      if (!next) return;
      FUZZ_CHECK(*next > now_, "an event that was due already");
      now_ = *next;
      pump();
    }
  }

  void finish() {
    server_.finish(now_);
    read();
  }

  const std::string& answers() const { return answers_; }
  bool ended() const { return ended_; }

 private:
  void read() {
    std::array<char, 16 << 10> buffer;
    while (!ended_) {
      const ssize_t n = ::recv(client_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      ended_ = n <= 0;
      if (n > 0) answers_.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }

  Server& server_;
  UniqueFd client_;
  VirtualTime now_{};
  std::string answers_;
  bool ended_ = false;
};

void check_text(const std::string& text, std::size_t limit) {
  FUZZ_CHECK(is_utf8(text), "a text of the journal is not UTF-8");
  // Each byte that is no UTF-8 has become the three of U+FFFD.
  FUZZ_CHECK(text.size() <= 3 * limit, "a text of the journal beyond its limit");
}

void check_record(const model::Request& record, const model::Request* before,
                  const Session& session) {
  FUZZ_CHECK(record.seq == (before ? before->seq + 1 : 1), "a gap in the journal");
  FUZZ_CHECK(record.connection == 1 && record.position == record.seq, "another connection's");
  FUZZ_CHECK(record.at.count() >= 0 && record.gap.count() >= 0, "before the start");
  if (before) FUZZ_CHECK(record.at >= before->at, "out of order");
  if (record.ended_at) FUZZ_CHECK(*record.ended_at >= record.at, "over before it began");
  FUZZ_CHECK(record.ended_at.has_value() == (record.end != model::WireEnd::kOpen),
             "an end without its time");
  if (record.status) FUZZ_CHECK(*record.status >= 100 && *record.status <= 999, "a status");
  if (session.importing) FUZZ_CHECK(record.fault.empty() && !record.rule, "a step was used up");
  check_text(record.method, warehouse::kMaxRecordedHeaderBytes);
  check_text(record.target, warehouse::kMaxRecordedTarget);
  check_text(record.body, warehouse::kMaxRecordedBody);
  check_text(record.retry_after, warehouse::kMaxRecordedHeaderBytes);
  FUZZ_CHECK(record.body.empty() == record.body_sha256.empty(), "a body without its hash");
  FUZZ_CHECK(
      record.target.size() + record.body.size() + record.method.size() <= 3 * session.bytes.size(),
      "more than was sent");
  FUZZ_CHECK(record.headers.size() <= warehouse::kMaxRecordedHeaders, "too many headers");
  for (const Json& pair : record.headers) {
    const auto& name = pair.at(0).get_ref<const std::string&>();
    const auto& value = pair.at(1).get_ref<const std::string&>();
    check_text(name, warehouse::kMaxRecordedHeaderBytes);
    check_text(value, warehouse::kMaxRecordedHeaderBytes);
    if (warehouse::same_name(name, "Authorization"))
      FUZZ_CHECK(value.starts_with("sha256:") && value.size() == 23, "a token is told");
  }
}

/// The journal goes into messages and files as JSON, and is read back from there.
std::string check_journal(const std::vector<model::Request>& journal, const Session& session) {
  for (std::size_t i = 0; i < journal.size(); ++i)
    check_record(journal[i], i > 0 ? &journal[i - 1] : nullptr, session);
  const std::string text = dump_json(Json(journal));
  const auto parsed = parse_json(text, "journal");
  FUZZ_CHECK(parsed.ok(), "a journal that is no JSON: " + text);
  const auto again = read_json<std::vector<model::Request>>(*parsed, "journal");
  FUZZ_CHECK(again.ok() && dump_json(Json(*again)) == text, "another journal is read back");
  return text;
}

struct Served {
  std::string journal;
  std::string answers;  ///< without those to `Expect: 100-continue`
};

Served serve(const Session& session, std::size_t piece) {
  static const Json world = *parse_json(kWorld, "world");
  const ScriptOf& script = kScripts[session.script];
  auto server = Server::make(world, *parse_json(script.json, "script"), {});
  FUZZ_CHECK(server.ok(), server.error().to_string());
  if (!session.importing) (*server)->enter_call();
  Wire wire(**server);
  bool taken = true;
  for (std::size_t at = 0; taken && at < session.bytes.size(); at += piece)
    taken = wire.send(session.bytes.substr(at, piece));
  if (session.half_close) wire.half_close();
  wire.wait();
  wire.finish();
  const std::vector<model::Request>& journal = (*server)->journal();
  Served served{check_journal(journal, session), wire.answers()};
  const std::size_t continues = without_continues(served.answers);
  std::int64_t told = 0;
  for (const model::Request& record : journal) told += record.bytes_sent;
  FUZZ_CHECK(continues <= journal.size() + 1, "more clients were asked to go on than there are");
  FUZZ_CHECK(told == static_cast<std::int64_t>(served.answers.size()),
             "the journal tells of " + std::to_string(told) + " bytes, and there came " +
                 std::to_string(served.answers.size()));
  if (script.framed || session.importing) check_answers(served.answers, journal);
  return served;
}

void check(std::string_view input) {
  const Session session = session_of(input);
  const Served whole = serve(session, std::max<std::size_t>(session.bytes.size(), 1));
  if (session.piece == 0) return;
  // How the network cuts what a client sends shows nowhere.
  const Served pieces = serve(session, session.piece * session.piece);
  FUZZ_CHECK(pieces.journal == whole.journal, "it depends on the pieces in which it came:\n" +
                                                  whole.journal + "\n" + pieces.journal);
  FUZZ_CHECK(pieces.answers == whole.answers, "the answers depend on the pieces");
}

}  // namespace
}  // namespace assay::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  assay::fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
