#include <doctest/doctest.h>

#include "mock_warehouse/limits.h"
#include "mock_warehouse/random.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

TEST_CASE("a connection of HTTP/1.1 stays open for the next request") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  for (int i = 1; i <= 3; ++i) {
    client.send(get(kPartition));
    warehouse.pump();
    CHECK(body_of(client.read()) == kPartitionBody);
    CHECK(client.state() == "open");
    CHECK(warehouse.request(i - 1).connection == 1);
    CHECK(warehouse.request(i - 1).position == i);
    CHECK(warehouse.request(i - 1).end == model::WireEnd::kKeepAlive);
  }
}

TEST_CASE("a client that asks for it gets the connection closed") {
  Driven warehouse(small_world());
  for (const std::string& request : {get(kPartition, "Connection: close\r\n"),
                                     "GET " + std::string(kPartition) + " HTTP/1.0\r\n\r\n"}) {
    CAPTURE(request);
    RawClient client = warehouse.connect();
    client.send(request);
    warehouse.pump();
    const std::string answer = client.read();
    CHECK(header_of(answer, "Connection") == "close");
    CHECK(body_of(answer) == kPartitionBody);
    CHECK(client.state() == "end of file");
  }
}

TEST_CASE("HTTP/1.0 can ask to keep its connection") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send("GET " + std::string(kPartition) + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  warehouse.pump();
  CHECK(header_of(client.read(), "Connection") == "keep-alive");
  CHECK(client.state() == "open");
}

TEST_CASE("pipelined requests are answered one after the other, in order") {
  Driven warehouse(small_world(), json(R"([{"match": {"operation": "get_table"},
      "steps": [{"fault": "latency", "ms": 1000}]}])"));
  RawClient client = warehouse.connect();
  client.send(get("/v1/tables/orders") + get(kPartition) + get("/nowhere"));
  warehouse.pump();
  CHECK(client.read() == "");
  CHECK(warehouse.server().journal().size() == 1);
  warehouse.advance(1s);
  const std::string answers = client.read();
  CHECK(answers.find("order_date") < answers.find("partition_date"));
  CHECK(answers.find("partition_date") < answers.find("not_found"));
  CHECK(warehouse.request(2).position == 3);
  CHECK(warehouse.request(2).at == Duration(1s));
}

TEST_CASE("a request may come byte by byte") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  const std::string request =
      "POST /v1/queries HTTP/1.1\r\nHost: w\r\nContent-Length: 4\r\n\r\nbody";
  for (const char byte : request) {
    CHECK(client.read() == "");
    client.send({&byte, 1});
    warehouse.pump();
  }
  CHECK(status_of(client.read()) == 404);
  CHECK(warehouse.request(0).body == "body");
}

TEST_CASE("a body in chunks is read whole") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send(
      "POST /v1/queries HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nSELEC\r\n3;x=y\r\nT 1\r\n0\r\nTrailer: yes\r\n\r\n" +
      get(kPartition));
  warehouse.pump();
  CHECK(warehouse.request(0).body == "SELECT 1");
  CHECK(warehouse.request(1).operation == "get_partition");
}

TEST_CASE("what stands behind a body in chunks is none of the header") {
  const std::string post = "POST /v1/queries HTTP/1.1\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n";
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send(post + "Host: w\r\n" + chunked +
              "Authorization: Bearer x\r\nConnection: close\r\n\r\n" + get(kPartition));
  warehouse.pump();
  CHECK(warehouse.request(0).body == "body");
  CHECK(warehouse.request(0).headers ==
        json(R"([["Host", "w"], ["Transfer-Encoding", "chunked"]])"));
  CHECK(warehouse.request(1).operation == "get_partition");
  RawClient nameless = warehouse.connect();
  nameless.send(post + chunked + "Host: w\r\n\r\n");
  warehouse.pump();
  CHECK(status_of(nameless.read()) == 400);
}

TEST_CASE("an empty body in chunks may end in whatever pieces it comes") {
  const std::string head =
      "POST /v1/queries HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& body : {std::string("0\r\n\r\n"), std::string("0;x=y\r\n\r\n")})
    for (std::size_t first = 1; first < body.size(); ++first) {
      CAPTURE(first);
      Driven warehouse(small_world());
      RawClient client = warehouse.connect();
      client.send(head + body.substr(0, first));
      warehouse.pump();
      warehouse.pump();
      client.send(body.substr(first));
      warehouse.pump();
      CHECK(status_of(client.read()) == 404);
      CHECK(warehouse.request(0).body == "");
    }
}

TEST_CASE("a client that waits for a 100 gets one, and one that does not wait gets none") {
  const std::string head =
      "POST /v1/queries HTTP/1.1\r\nHost: w\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  Driven warehouse(small_world());
  RawClient patient = warehouse.connect();
  patient.send(head);
  warehouse.pump();
  CHECK(patient.read() == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(warehouse.server().journal().empty());
  patient.send("body");
  warehouse.pump();
  CHECK(status_of(patient.read()) == 404);
  RawClient hasty = warehouse.connect();
  hasty.send(head + "body");
  warehouse.pump();
  CHECK(status_of(hasty.read()) == 404);
}

TEST_CASE("what is no request is refused, and the connection with it") {
  const std::string host = " HTTP/1.1\r\nHost: w\r\n";
  const std::pair<std::string, int> refused[] = {
      {"hello\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\n\r\n", 505},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET /" + host + "Host: v\r\n\r\n", 400},
      {"GET /" + host + "no colon\r\n\r\n", 400},
      {"GET / /" + host + "\r\n", 400},
      {"POST /" + host + "Content-Length: x\r\n\r\n", 400},
      {"POST /" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"POST /" + host + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST /" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"POST /" + host + "Content-Length: 99999999\r\n\r\n", 413},
      {"GET /" + host + "X: " + std::string(kMaxHeaderBytes, 'x') + "\r\n\r\n", 431},
      {"GET /" + std::string(kMaxHeaderBytes, 'x') + host + "\r\n", 414},
  };
  for (const auto& [request, status] : refused) {
    CAPTURE(request.substr(0, 80));
    Driven warehouse(small_world(),
                     json(R"([{"steps": [{"fault": "http_error", "status": 500}]}])"));
    RawClient client = warehouse.connect();
    client.send(request);
    warehouse.pump();
    const std::string answer = client.read();
    CHECK(status_of(answer) == status);
    CHECK(header_of(answer, "Connection") == "close");
    CHECK(client.state() == "end of file");
    CHECK(warehouse.request(0).operation == "unknown");
    CHECK(warehouse.request(0).status == status);
    CHECK_FALSE(warehouse.request(0).rule);
  }
}

TEST_CASE("a HEAD that is refused gets no body either") {
  Driven warehouse(small_world());
  const std::string answer = warehouse.exchange("HEAD / HTTP/1.1\r\nHost: v\r\nHost: w\r\n\r\n");
  CHECK(status_of(answer) == 400);
  CHECK(body_of(answer) == "");
}

TEST_CASE("a body larger than the limit is refused where its length is not told either") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send("POST / HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
  std::string answer;
  for (std::size_t sent = 0; sent <= kMaxBodyBytes && answer.empty(); sent += 0x8000) {
    client.send(chunk);
    warehouse.pump();
    answer = client.read();
  }
  CHECK(status_of(answer) == 413);
}

TEST_CASE("empty lines before a request are no request") {
  Driven warehouse(small_world());
  CHECK(status_of(warehouse.exchange("\r\n\r\n" + get(kPartition))) == 200);
}

TEST_CASE("empty lines before a request are no request in whatever pieces they come") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  const std::string request = "\r\n\r\n" + get(kPartition);
  for (const char byte : request) {
    client.send({&byte, 1});
    warehouse.pump();
  }
  CHECK(status_of(client.read()) == 200);
  CHECK(warehouse.server().journal().size() == 1);
}

TEST_CASE("a half request leaves no record") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send(get(kPartition).substr(0, 30));
  warehouse.pump();
  client.close();
  warehouse.pump();
  CHECK(warehouse.server().journal().empty());
}

TEST_CASE("a client that only shut down its sending side gets what is ready") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send(get(kPartition) + get(kPartition));
  client.shut_down_sending();
  warehouse.pump();
  const std::string answers = client.read();
  CHECK(answers.size() == 2 * (head_of(answers).size() + kPartitionBody.size()));
  CHECK(client.state() == "end of file");
  CHECK(warehouse.request(1).end == model::WireEnd::kKeepAlive);
}

TEST_CASE("a client that was gone before its answer did not get it") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  client.close();
  warehouse.pump();
  CHECK(warehouse.request(0).end == model::WireEnd::kClientClosed);
}

TEST_CASE("a client that reads slowly gets every byte, and holds up nobody else") {
  Json world = small_world();
  VirtualTime day = *parse_utc("2010-01-01T00:00:00Z");
  for (int i = 0; i < 1000; ++i, day += 24h) {
    const Json partition{{"date", format_utc(day).substr(0, 10)}, {"row_count", i}};
    world["tables"]["orders"]["partitions"].push_back(partition);
  }
  const std::string list = get("/v1/tables/orders/partitions?page_size=1000");
  Driven warehouse(world);
  const std::string whole = warehouse.exchange(list);
  REQUIRE(whole.size() > 100'000);
  RawClient slow = warehouse.connect();
  constexpr std::size_t kRequests = 100;  // more than socket buffers hold
  for (std::size_t i = 0; i < kRequests; ++i) slow.send(list);
  warehouse.pump();
  REQUIRE(warehouse.server().journal().size() < kRequests);
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
  std::size_t read = 0;
  std::string first;
  while (true) {
    const std::string part = slow.read_some(whole.size());
    if (part.empty() && !warehouse.pump()) break;
    if (read < whole.size()) first += part;
    read += part.size();
  }
  CHECK(read == kRequests * whole.size());
  CHECK(first.substr(0, whole.size()) == whole);
}

TEST_CASE("connections beyond the limit wait until others end") {
  Driven warehouse(small_world());
  std::vector<RawClient> idle;
  for (std::size_t i = 0; i < kMaxConnections; ++i) {
    idle.push_back(warehouse.connect());
    warehouse.pump();
  }
  RawClient late = warehouse.connect();
  late.send(get(kPartition));
  warehouse.pump();
  CHECK(late.read() == "");
  idle.pop_back();
  warehouse.pump();
  CHECK(status_of(late.read()) == 200);
}

/// Whether a server that was flooded has let go of its clients and listens no more.
void check_shut_off(Driven& warehouse, RawClient& flooder) {
  warehouse.pump();
  flooder.read();
  CHECK(flooder.state() != "open");
  std::vector<pollfd> fds;
  warehouse.server().poll_fds(fds);
  CHECK(fds.empty());
  CHECK_FALSE(warehouse.server().pump(warehouse.now()));
}

TEST_CASE("a client that floods by requests is shut off when the journal is full") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  std::string many;
  for (int i = 0; i < 100; ++i) many += get("/");
  for (std::size_t sent = 0; sent < kMaxJournalRecords; sent += 100) {
    client.send(many);
    warehouse.server().pump(warehouse.now());
    client.read();
  }
  CHECK(warehouse.server().journal().size() == kMaxJournalRecords);
  check_shut_off(warehouse, client);
  CHECK(warehouse.server().journal().size() == kMaxJournalRecords);
}

TEST_CASE("a client that floods by bytes of no request is shut off") {
  Driven warehouse(small_world());
  RawClient client = warehouse.connect();
  const std::string lines(64 << 10, '\n');
  client.send("no request\r\n\r\n");  // refused: what follows is drained
  for (std::size_t sent = 0; sent <= kMaxBytesInAll; sent += lines.size()) {
    client.send(lines);
    warehouse.server().pump(warehouse.now());
  }
  check_shut_off(warehouse, client);
}

TEST_CASE("whatever bytes a client sends, the next client is served") {
  Driven warehouse(small_world());
  const std::string requests[] = {
      get(kPartition, "Expect: 100-continue\r\nContent-Length: 3\r\n") + "abc" + get("/"),
      "POST /v1/queries?a=%41 HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;a=b\r\nabcde\r\n0\r\nTrailer: x\r\n\r\n"};
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    Random random({seed});
    std::string bytes = requests[seed % 2];
    for (auto changes = random.uniform(1, 4); changes > 0; --changes) {
      const auto at =
          static_cast<std::size_t>(random.uniform(0, static_cast<std::int64_t>(bytes.size()) - 1));
      const auto length = static_cast<std::size_t>(random.uniform(0, 3));
      const auto byte = static_cast<char>(random.uniform(0, 255));
      bytes.replace(at, length, static_cast<std::size_t>(random.uniform(0, 2)), byte);
    }
    CAPTURE(seed);
    RawClient client = warehouse.connect();
    client.send(bytes);
    warehouse.pump();
    const std::string answer = client.read();
    CHECK((answer.empty() || answer.starts_with("HTTP/1.1 ")));
  }
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
}

TEST_CASE("the end of a case ends what hangs and leaves it open in the journal") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"fault": "hang"}]}])"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  RawClient unread = warehouse.connect();
  unread.send(get(kPartition));
  warehouse.server().finish(warehouse.now());
  CHECK(warehouse.request(0).end == model::WireEnd::kOpen);
  CHECK(warehouse.server().journal().size() == 2);
  client.read();
  CHECK(client.state() == "end of file");
  std::vector<pollfd> fds;
  warehouse.server().poll_fds(fds);
  CHECK(fds.empty());
  client.close();
  warehouse.server().finish(warehouse.now() + 1s);
  CHECK(warehouse.request(0).end == model::WireEnd::kOpen);
}

TEST_CASE("poll is asked to wait for what can still come") {
  Driven warehouse(small_world());
  std::vector<pollfd> fds;
  warehouse.server().poll_fds(fds);
  CHECK(fds.size() == 1);
  RawClient client = warehouse.connect();
  warehouse.pump();
  fds.clear();
  warehouse.server().poll_fds(fds);
  REQUIRE(fds.size() == 2);
  CHECK(fds[1].events == POLLIN);
}

}  // namespace
}  // namespace assay::warehouse
