#include "mock_warehouse/server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <list>
#include <map>
#include <utility>

#include "mock_warehouse/asked_sql.h"
#include "mock_warehouse/changes.h"
#include "mock_warehouse/journal.h"
#include "mock_warehouse/limits.h"
#include "mock_warehouse/native_api.h"
#include "mock_warehouse/schema.h"
#include "mock_warehouse/script.h"
#include "mock_warehouse/session/connection.h"
#include "mock_warehouse/session/doorkeeper.h"

namespace assay::warehouse {
namespace {

/// The value of a header in the answer that is about to be sent, bounded; empty where it has none.
/// Read from the bytes, so that it is what a client reads, whichever fault wrote it.
std::string header_sent(const WireProgram& program, std::string_view name) {
  std::string head;
  for (const WireOp& op : program.ops)
    if (const auto* send = std::get_if<Send>(&op)) {
      head += send->bytes;
      if (head.find("\r\n\r\n") != std::string::npos) break;
    }
  head.erase(std::min(head.find("\r\n\r\n"), head.size()));
  for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at)) {
    at += 2;
    const std::string_view line = std::string_view(head).substr(at, head.find("\r\n", at) - at);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same_name(line.substr(0, colon), name)) continue;
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    if (value == std::string_view::npos) return "";
    return to_valid_utf8(line.substr(value, kMaxRecordedHeaderBytes));
  }
  return "";
}

/// Of what a remark says of a refusal.
constexpr std::size_t kMaxRefusal = 1'000;

class SocketServer final : public Server, private Responder {
 public:
  SocketServer(Stages stages, Script script, const ServerOptions& options)
      : stages_(std::move(stages)),
        script_(std::move(script)),
        turn_away_(options.turn_away),
        start_(options.start),
        journal_(options.start, options.max_requests) {
    if (stages_.first().world.queries) desk_.emplace(options.engine);
  }

  void listen(UniqueFd listener) override { gates_.emplace_back(std::move(listener)); }

  bool shuts_out() const override { return script_.shuts_out(); }

  Status control(NetworkControl network) override {
    ASSAY_ASSERT(!gates_.empty(), "there is no listener to control");
    return gates_.back().control(std::move(network));
  }

  bool pump(VirtualTime now) override {
    if (flooded()) return shut_off();
    bool progress = accept_all();
    if (phase_ == model::Phase::kCall && script_.shuts_out())
      for (Gate& gate : gates_) doorkeeper_.look(gate, now);
    for (Connection& connection : connections_) progress |= connection.pump(now, *this);
    connections_.remove_if([](const Connection& connection) { return connection.closed(); });
    return progress;
  }

  std::optional<VirtualTime> next_event() const override {
    std::optional<VirtualTime> next;
    for (const Connection& connection : connections_) {
      const auto event = connection.next_event();
      if (event && (!next || *event < *next)) next = event;
    }
    return next;
  }

  void poll_fds(std::vector<pollfd>& fds) const override {
    if (connections_.size() < kMaxConnections)
      for (const Gate& gate : gates_)
        if (gate.state() == Entrance::kOpen) fds.push_back({gate.listener(), POLLIN, 0});
    for (const Connection& connection : connections_) fds.push_back(connection.poll_fd());
  }

  void enter_call() override { phase_ = model::Phase::kCall; }

  Status inject(const Json& rule) override {
    ASSAY_CHECK(check_script(Json::array({rule}), "/injected"));
    if (injected_ == kMaxInjected)
      return input_error("so many rules were injected that there is no room for another", {},
                         "Start the case anew.");
    ++injected_;
    script_.inject(rule);
    return success();
  }

  void finish(VirtualTime now) override {
    while (pump(now)) {
    }
    gates_.clear();
    connections_.clear();
  }

  const std::vector<model::Request>& journal() const override { return journal_.records(); }

  Remark remark(std::size_t index) const override {
    const auto found = remarks_.find(index);
    return found == remarks_.end() ? Remark{} : found->second;
  }

  /// No honest client comes near these; without them one that floods would keep its server busy.
  bool flooded() const override {
    return journal_.full() || connections_made_ >= kMaxConnectionsInAll ||
           bytes_received_ > kMaxBytesInAll;
  }

  const std::optional<Error>& failure() const override {
    static const std::optional<Error> kNone;
    return desk_ ? desk_->failure() : kNone;
  }

  std::chrono::nanoseconds engine_time() const override {
    return desk_ ? desk_->engine_time() : std::chrono::nanoseconds{};
  }

 private:
  bool shut_off() {
    if (gates_.empty()) return false;
    gates_.clear();
    for (Connection& connection : connections_) connection.reset();
    connections_.clear();
    return true;
  }

  bool accept_all() {
    bool accepted = false;
    for (const Gate& gate : gates_) {
      if (gate.state() != Entrance::kOpen) continue;
      while (connections_.size() < kMaxConnections && connections_made_ < kMaxConnectionsInAll) {
        UniqueFd socket = gate.accept();
        if (!socket) break;
        // Each Send is to be seen as it is sent; a Unix socket knows no Nagle and refuses this.
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        connections_.emplace_back(std::move(socket), ++connections_made_);
        accepted = true;
      }
    }
    return accepted;
  }

  Exchange answer(const HttpRequest& request, const Arrival& arrival) override {
    if (journal_.full()) return {std::nullopt, {{Reset{}}, {}}};
    if (turn_away_)
      if (const auto answer = turn_away_(request)) return say_instead(request, *answer, arrival);
    ApiCall call = read_call(request);
    // Without SQL its paths are like any other that the API does not have.
    if (!desk_ && (call.operation == Operation::kQuery || call.operation == Operation::kGetQuery))
      call.operation = Operation::kUnknown;
    if (!desk_ && call.bigquery) call = {.path = call.path, .query = call.query};
    const Framing framing{.date = arrival.at,
                          .head_only = request.method == "HEAD",
                          .close = !request.keep_alive,
                          .minor_version = request.minor_version};
    const Stage& stage = stages_.at(arrival.at - start_, calls_);
    if (phase_ == model::Phase::kCall) ++calls_;
    if (desk_) desk_->arrive(arrival.at, stage);
    const Asked asked{
        stage.world, request, call, framing, arrival.at - start_, desk_ ? &*desk_ : nullptr};
    // What a module does while it is imported meets a healthy world and uses up no step.
    Scripted scripted =
        phase_ == model::Phase::kImport ? without_script(asked) : script_.answer(asked);
    model::Request record = blank_record(arrival, operation_of(call));
    record.sql = sql_of(request, call);
    record.rule = scripted.rule;
    record.step = scripted.step;
    record.next_page = scripted.next_page;
    record.retry_after = header_sent(scripted.program, "Retry-After");
    record.fault = std::move(scripted.fault);
    const std::size_t index = journal_.add(request, arrival.at, std::move(record));
    note(index, {to_valid_utf8(scripted.refusal.substr(0, kMaxRefusal)), scripted.idle_fault});
    return {index, std::move(scripted.program)};
  }

  Exchange refuse(const HttpRequest& partial, const Refusal& refusal,
                  const Arrival& arrival) override {
    if (journal_.full()) return {std::nullopt, {{Reset{}}, {}}};
    // RFC 9110, section 15.5.9: a request that was too slow may be made again as it is.
    const bool retryable = refusal.status == 408;
    const Answer answer = error_answer(refusal.status, "bad_request", refusal.message, retryable);
    return say_instead(partial, answer, arrival);
  }

  void received(std::size_t bytes) override { bytes_received_ += bytes; }

  void sent(std::size_t record, std::optional<int> status, std::int64_t bytes) override {
    journal_.sent(record, status, bytes);
  }

  void ended(std::size_t record, model::WireEnd end, VirtualTime at) override {
    journal_.ended(record, end, at);
  }

  /// An answer that is neither the world's nor the script's, and the last on its connection.
  Exchange say_instead(const HttpRequest& request, const Answer& answer, const Arrival& arrival) {
    const Framing framing{.date = arrival.at, .head_only = request.method == "HEAD", .close = true};
    model::Request record = blank_record(arrival, to_string(Operation::kUnknown));
    const std::size_t index = journal_.add(request, arrival.at, std::move(record));
    const Json* message = find_in(answer.document, "/error/message");
    if (message != nullptr && message->is_string())
      note(index, {to_valid_utf8(message->get<std::string>().substr(0, kMaxRefusal)), ""});
    return {index, Reply(answer, framing).compile()};
  }

  void note(std::size_t index, Remark remark) {
    if (!remark.refusal.empty() || !remark.idle_fault.empty()) remarks_[index] = std::move(remark);
  }

  /// The query that a request brings, or that of the job whose result it asks for.
  std::string sql_of(const HttpRequest& request, const ApiCall& call) {
    if (!desk_) return "";
    if (const std::string& job = job_asked_for(call); !job.empty()) {
      const auto found = sql_of_jobs_.find(job);
      return found == sql_of_jobs_.end() ? "" : found->second;
    }
    std::string sql = recorded_sql(sql_in(request, call));
    if (sql.empty()) return sql;
    const auto jobs = desk_->jobs();  // that of this request is the latest
    if (!jobs.empty() && desk_->is_own(*jobs.front())) sql_of_jobs_[jobs.front()->id] = sql;
    return sql;
  }

  model::Request blank_record(const Arrival& arrival, std::string_view operation) const {
    model::Request record;
    record.connection = arrival.connection;
    record.position = arrival.position;
    record.phase = phase_;
    record.operation = operation;
    return record;
  }

  Stages stages_;
  int calls_ = 0;  ///< requests of the call
  Script script_;
  std::size_t injected_ = 0;  ///< rules
  std::optional<QueryDesk> desk_;
  const std::function<std::optional<Answer>(const HttpRequest&)> turn_away_;
  std::map<std::size_t, Remark> remarks_;           ///< by the index of their records
  std::map<std::string, std::string> sql_of_jobs_;  ///< as recorded; no more than the desk has jobs
  const VirtualTime start_;
  model::Phase phase_ = model::Phase::kImport;
  std::vector<Gate> gates_;
  std::list<Connection> connections_;  ///< in the order in which they were accepted
  int connections_made_ = 0;
  std::size_t bytes_received_ = 0;
  Journal journal_;
  Doorkeeper doorkeeper_{script_, journal_, start_};
};

}  // namespace

Result<std::unique_ptr<Server>> Server::make(const Json& world, const Json& script,
                                             const ServerOptions& options) {
  ASSAY_CHECK(check(world, script));
  return make_checked(world, script, options);
}

std::unique_ptr<Server> Server::make_checked(const Json& world, const Json& script,
                                             const ServerOptions& options) {
  auto read = Stages::from_json(world, "/world");
  ASSAY_ASSERT(read.ok(), read.error().to_string());
  return std::make_unique<SocketServer>(std::move(read).value(), Script(script, options.seed),
                                        options);
}

}  // namespace assay::warehouse
