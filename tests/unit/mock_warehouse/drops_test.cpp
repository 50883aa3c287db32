// Clients that come and go, in every fault and at every moment of it: what they leave behind is
// nothing. ASSAY_DROPS says how many of them there are a fault, 10,000 say; by default kDrops.

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <malloc.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "mock_warehouse/fault.h"
#include "tests/unit/mock_warehouse/driven.h"
#include "tests/unit/mock_warehouse/lone_network.h"

namespace assay::warehouse {
namespace {

constexpr int kDrops = 200;
/// Open at the same time.
constexpr int kBatch = 50;
constexpr int kRound = 4 * kBatch;  ///< a batch for each moment
/// A server's journal keeps its records as long as it lives, which is no leak: it ends behind so
/// many clients.
constexpr int kDropsAServer = 400;
/// What the heap may hold more at the end, of the allocator's own caches and the test's.
constexpr std::size_t kHeapSlack = 8 << 10;
constexpr int kPatienceMs = 60'000;  // only a defect needs it

int drops() {
  const char* text = std::getenv("ASSAY_DROPS");
  const int wanted = text == nullptr ? kDrops : std::max(std::atoi(text), 1);
  return (wanted + kRound - 1) / kRound * kRound;
}

/// What a process holds: descriptors, and bytes of its heap. (Under the address sanitizer there is
/// no such count, and its own search for leaks instead.)
struct Held {
  std::ptrdiff_t descriptors = 0;
  std::size_t heap = 0;
};

Held held() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  const auto memory = ::mallinfo2();
  return {std::distance(begin(all), end(all)), memory.uordblks + memory.hblkhd};
}

class OneRow final : public sql::Engine {
 public:
  Result<sql::QueryOutcome> run(const sql::Query&) override {
    return sql::QueryOutcome(sql::QueryResult{{{"x", "INT64"}}, json("[[1]]"), 8});
  }
};

struct Row {
  std::string_view fault;
  const char* parameters;
  std::string request = get(kPartition);
};

/// Each fault, so that it shows in the answer to the request.
std::vector<Row> rows() {
  const std::string list = get("/v1/tables/orders/partitions");
  const std::string query =
      "POST /v1/queries HTTP/1.1\r\nHost: w\r\nContent-Length: 18\r\n\r\n{\"sql\":\"SELECT 1\"}";
  return {
      {"auth_expired", "{}"},
      {"bad_encoding", R"({"as": "gzip"})"},
      {"bad_status_line", "{}"},
      {"bigquery_error", R"({"code": "backendError"})", get("/bigquery/v2/projects")},
      {"connect_refused", "{}"},
      {"connect_timeout", "{}"},
      {"connection_reset", R"({"at": "mid_body"})"},
      {"empty_response", "{}"},
      {"eventual", R"({"after_calls": 1000000})"},
      {"garbage", "{}"},
      {"hang", R"({"at": "mid_body"})"},
      {"html_body", "{}"},
      {"http_error", R"({"status": 503})"},
      {"job_failed_200", "{}", query},
      {"job_pending", R"({"polls": 1000000})", query},
      {"latency", R"({"ms": 5000})"},
      {"length_mismatch", R"({"by": 5})"},
      {"malformed_chunk", "{}"},
      {"malformed_json", "{}"},
      {"oversized_body", "{}"},
      {"oversized_header", "{}"},
      {"page", R"({"size": 1})", list},
      {"rate_limited", "{}"},
      {"redirect", R"({"loop": true})"},
      {"slow_drip", R"({"part": "both"})"},
      {"stale_metadata", "{}"},
      {"truncated_body", "{}"},
      {"value", R"({"path": "row_count", "value": null})"},
      {"wrong_content_type", "{}"},
  };
}

std::unique_ptr<Server> server_of(const Row& row) {
  Json step = json(row.parameters);
  step["fault"] = row.fault;
  const Json script = {{{"steps", {step}}, {"then", "repeat"}}};
  Json world = small_world();
  world["queries"] = Json::object();
  auto server = Server::make(world, script,
                             {.engine = [](const Json&) { return std::make_unique<OneRow>(); }});
  REQUIRE_MESSAGE(server.ok(), server.error().to_string());
  server.value()->enter_call();
  return std::move(server).value();
}

/// Until nobody is connected any more, nor anything due. On a busy machine the kernel may deliver
/// the end of a connection later than in the call that ends it.
void settle(Driven& warehouse) {
  std::vector<pollfd> fds;
  for (int round = 0; round <= kBatch; ++round) {
    warehouse.pump();
    fds.clear();
    warehouse.server().poll_fds(fds);
    if (fds.size() == 1) break;
    ::poll(fds.data() + 1, fds.size() - 1, kPatienceMs);
  }
  CHECK(fds.size() == 1);
  CHECK_FALSE(warehouse.server().next_event());
}

enum class Moment { kBeforeRequest, kMidRequest, kAfterRequest, kMidAnswer };
constexpr std::array kMoments = {Moment::kBeforeRequest, Moment::kMidRequest, Moment::kAfterRequest,
                                 Moment::kMidAnswer};

/// A batch of clients who all leave at that moment, in good order or, each second one, by a RST.
void come_and_go(Driven& warehouse, const std::string& request, Moment moment) {
  std::vector<RawClient> clients;
  for (int i = 0; i < kBatch; ++i) {
    clients.push_back(warehouse.connect());
    warehouse.pump();
  }
  for (RawClient& client : clients) {
    if (moment == Moment::kMidRequest) client.send(request.substr(0, request.size() / 2));
    if (moment >= Moment::kAfterRequest) client.send(request);
  }
  if (moment == Moment::kMidRequest) warehouse.pump();
  if (moment == Moment::kMidAnswer) {
    warehouse.pump();
    warehouse.advance(2500ms);
    for (RawClient& client : clients) client.read_some(10);
  }
  for (std::size_t i = 0; i < clients.size(); ++i)
    i % 2 == 0 ? clients[i].close() : clients[i].reset();
  settle(warehouse);
}

/// So many clients, each a fourth at another moment, at as many servers as that takes.
void drop(const Row& row, int count) {
  for (int done = 0; done < count;) {
    Driven warehouse(server_of(row));
    const Held before = held();
    for (int here = 0; here < kDropsAServer && done < count; here += kBatch, done += kBatch) {
      const auto batch = static_cast<std::size_t>(done / kBatch);
      come_and_go(warehouse, row.request, kMoments[batch % kMoments.size()]);
    }
    CHECK(held().descriptors == before.descriptors);
    CHECK(warehouse.server().journal().back().fault == row.fault);
  }
}

/// The same before a gate that is shut: nobody gets in.
void drop_at_gate(testing::LoneNetwork& network, const Row& row, int count) {
  for (int done = 0; done < count;) {
    UniqueFd listener = network.socket();
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener.get(), generic, size) == 0);
    REQUIRE(::listen(listener.get(), 16) == 0);
    REQUIRE(::getsockname(listener.get(), generic, &size) == 0);
    const auto server = server_of(row);
    server->listen(std::move(listener));
    REQUIRE(server->control({network.socket(), network.counters()}).ok());
    server->pump({});
    const Held before = held();
    for (int here = 0; here < kDropsAServer && done < count; here += kBatch, done += kBatch) {
      std::vector<UniqueFd> clients;
      for (int i = 0; i < kBatch; ++i) {
        clients.push_back(network.socket());
        ::connect(clients.back().get(), generic, size);
      }
      server->pump({});
    }
    CHECK(held().descriptors == before.descriptors);
    CHECK(server->journal().size() >= kBatch);
    CHECK(server->journal().back().fault == row.fault);
  }
}

TEST_CASE("clients who come and go leave no descriptor and no memory behind, whichever the fault") {
  const std::vector<Row> all = rows();
  for (const Fault* fault : all_faults())
    CHECK_MESSAGE(std::ranges::count(all, fault->name, &Row::fault) == 1, fault->name);
  testing::LoneNetwork network;
  for (const Row& row : all) {
    CAPTURE(row.fault);
    const Fault* fault = find_fault(row.fault);
    REQUIRE(fault != nullptr);
    const auto drop_here = [&](int count) {
      fault->entrance == Entrance::kOpen ? drop(row, count) : drop_at_gate(network, row, count);
    };
    drop_here(kRound);  // what is made once is made by now
    const Held before = held();
    drop_here(drops());
    const Held after = held();
    CHECK(after.descriptors == before.descriptors);
    CHECK(after.heap <= before.heap + kHeapSlack);
    if (std::getenv("ASSAY_DROPS") != nullptr)
      MESSAGE(row.fault << ": " << drops() << " connections, descriptors " << before.descriptors
                        << " -> " << after.descriptors << ", heap " << before.heap << " -> "
                        << after.heap);
  }
}

}  // namespace
}  // namespace assay::warehouse
