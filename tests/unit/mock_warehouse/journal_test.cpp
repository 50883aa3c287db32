#include <doctest/doctest.h>

#include "mock_warehouse/limits.h"
#include "tests/support/golden.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

/// Three requests on two connections, one of them given up, at fixed times.
Json scene(std::uint64_t seed = 1) {
  Json world = small_world();
  world["auth"] = json(R"({"token": "wh_1"})");
  Driven warehouse(world, json(R"([{"match": {"operation": "get_partition"}, "steps": [
      {"fault": "latency", "uniform": {"min_ms": 10, "spread_ms": 90}}, {"fault": "hang"}]}])"),
                   seed);
  RawClient first = warehouse.connect();
  first.send(get(kPartition, "Authorization: Bearer wh_1\r\nUser-Agent: test\r\n"));
  warehouse.pump();
  warehouse.advance(*warehouse.server().next_event() - warehouse.now());
  REQUIRE(status_of(first.read()) == 200);
  warehouse.advance(250ms);
  first.send(get(kPartition, "Authorization: Bearer wh_1\r\n"));
  warehouse.pump();
  warehouse.advance(2s);
  first.close();
  warehouse.pump();
  RawClient second = warehouse.connect();
  warehouse.advance(1s);
  second.send("POST /v1/queries HTTP/1.1\r\nHost: w\r\nContent-Length: 9\r\n\r\n{\"sql\":1}");
  warehouse.pump();
  warehouse.server().finish(warehouse.now());
  return warehouse.journal();
}

TEST_CASE("a journal tells each request and how its answer ended") {
  testing::check_golden("warehouse_journal.json", dump_json(scene(), 2) + "\n");
}

TEST_CASE("the same requests at the same times give the same journal, byte for byte") {
  CHECK(dump_json(scene(3)) == dump_json(scene(3)));
  CHECK(dump_json(scene(3)) != dump_json(scene(4)));
}

TEST_CASE("a token is told apart from others, and not told") {
  Driven warehouse(small_world());
  for (const std::string token : {"Bearer a", "Bearer b", "Bearer a", "bEARER a", "bearer A"})
    warehouse.exchange(get(kPartition, "authorization: " + token + "\r\n"));
  const auto recorded = [&](int i) { return warehouse.request(i).headers.at(1); };
  CHECK(recorded(0)[0] == "authorization");
  CHECK(recorded(0)[1].get<std::string>().starts_with("sha256:"));
  CHECK(recorded(0)[1].get<std::string>().size() == 7 + 16);
  CHECK(recorded(0) == recorded(2));
  CHECK(recorded(0) != recorded(1));
  CHECK(recorded(0) == recorded(3));
  CHECK(recorded(0) != recorded(4));
}

TEST_CASE("a record tells how long the answer asked to wait, as the answer said it") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "rate_limited", "retry_after": 30},
      {"fault": "rate_limited", "retry_after": {"http_date_in_s": 45}},
      {"fault": "http_error", "status": 503, "headers": {"retry-after": "20"}},
      {"fault": "hang", "at": "before_headers"}, {"fault": "rate_limited"}]}])"));
  for (int i = 0; i < 5; ++i) {
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
  }
  CHECK(warehouse.request(0).retry_after == "30");
  CHECK(warehouse.request(1).retry_after == format_http_date(warehouse.now() + 45s));
  CHECK(warehouse.request(2).retry_after == "20");
  CHECK(warehouse.request(3).retry_after.empty());
  CHECK(warehouse.request(4).retry_after.empty());
}

TEST_CASE("a record tells whether the world's answer named a further page") {
  Driven warehouse(small_world());
  warehouse.exchange(get("/v1/tables/orders/partitions?page_size=1"));
  warehouse.exchange(get("/v1/tables/orders/partitions"));
  warehouse.exchange(get(kPartition));
  CHECK(warehouse.request(0).next_page);
  CHECK_FALSE(warehouse.request(1).next_page);
  CHECK_FALSE(warehouse.request(2).next_page);
}

TEST_CASE("a record says whether a page follows by what was answered, and not by what is there") {
  const auto follows = [](const std::string& fault, const std::string& query) {
    Driven warehouse(small_world(), json(R"([{"steps": [{"fault": )" + fault + "}]}]"));
    warehouse.exchange(get("/v1/tables/orders/partitions" + query));
    return warehouse.request(0).next_page;
  };
  CHECK(follows(R"("page", "size": 2)", ""));
  CHECK_FALSE(follows(R"("page", "drop_token": true)", "?page_size=1"));
  CHECK_FALSE(follows(R"("http_error", "status": 500)", "?page_size=1"));
  CHECK_FALSE(follows(R"("malformed_json")", "?page_size=1"));
  CHECK_FALSE(follows(R"("truncated_body")", "?page_size=1"));
}

TEST_CASE("a record keeps a bounded part of what a client sends") {
  Driven warehouse(small_world());
  std::string headers;
  for (int i = 0; i < 100; ++i) headers += "X-" + std::to_string(i) + ": y\r\n";
  headers += "Long: " + std::string(2000, 'z') + "\r\n";
  const std::string body(20'000, '\xff');
  warehouse.exchange("POST /" + std::string(4000, 'p') +
                     " HTTP/1.1\r\nLong: " + std::string(2000, 'z') + "\r\nHost: w\r\n" + headers +
                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const model::Request& request = warehouse.request(0);
  CHECK(request.target.size() == kMaxRecordedTarget);
  CHECK(request.headers.size() == kMaxRecordedHeaders);
  CHECK(request.headers[0][1].get<std::string>().size() == kMaxRecordedHeaderBytes);
  CHECK(request.body.size() <= 3 * kMaxRecordedBody);  // each byte is a U+FFFD
  CHECK(request.body_sha256.size() == 64);
  CHECK(parse_json(dump_json(warehouse.journal()), "journal").ok());
}

TEST_CASE("a gap counts from the end of the answer before") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"fault": "latency", "ms": 400}]}])"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  warehouse.advance(400ms);
  client.read();
  warehouse.advance(2s);
  client.send(get(kPartition));
  warehouse.pump();
  CHECK(warehouse.request(0).gap == Duration(0));
  CHECK(warehouse.request(1).at == Duration(2400ms));
  CHECK(warehouse.request(1).gap == Duration(2s));
}

TEST_CASE("a record is there before the first byte of its answer") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"fault": "latency", "ms": 400}]}])"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  REQUIRE(warehouse.server().journal().size() == 1);
  CHECK_FALSE(warehouse.request(0).status);
  CHECK_FALSE(warehouse.request(0).ended_at);
  CHECK(warehouse.request(0).bytes_sent == 0);
}

}  // namespace
}  // namespace assay::warehouse
