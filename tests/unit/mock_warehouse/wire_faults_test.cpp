// Faults of the bytes, and of what is told about partitions: what a raw client reads of each.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

const std::string kBody(kPartitionBody);
constexpr std::string_view kUsualLines =
    "Date: Sat, 14 Mar 2026 06:00:00 GMT\r\nServer: warehouse\r\nContent-Type: "
    "application/json\r\n";

std::string head_with(const std::string& lines, std::string_view status_line = "HTTP/1.1 200 OK") {
  return std::string(status_line) + "\r\n" + std::string(kUsualLines) + lines + "\r\n";
}
const std::string kHead = head_with("Content-Length: 121\r\n");

/// A script of one rule for every request; `step` is the inside of the step's braces.
Json always(const std::string& step) {
  return json(R"([{"steps": [{)" + step + R"(}], "then": "repeat"}])");
}

/// What one client reads in answer to one request, and how its connection ends.
struct Seen {
  std::string bytes;
  std::string_view state;
  model::Request record;
};

Seen ask(const std::string& step, const std::string& request = get(kPartition)) {
  Driven warehouse(small_world(), always(step));
  RawClient client = warehouse.connect();
  client.send(request);
  warehouse.pump();
  std::string bytes = client.read();
  for (bool more = true; more && client.state() == "open";) {  // what is large comes as it is read
    warehouse.pump();
    const std::string next = client.read();
    more = !next.empty();
    bytes += next;
  }
  return {std::move(bytes), client.state(), warehouse.request(0)};
}

TEST_CASE("slow_drip lets the body through a few bytes at a time, at its times") {
  Driven warehouse(small_world(),
                   always(R"("fault": "slow_drip", "chunk_bytes": 50, "every_ms": 700)"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  CHECK(client.read() == kHead + kBody.substr(0, 50));
  warehouse.advance(699ms);
  CHECK(client.read() == "");
  warehouse.advance(1ms);
  CHECK(client.read() == kBody.substr(50, 50));
  REQUIRE(warehouse.server().next_event());
  CHECK(*warehouse.server().next_event() - warehouse.now() == 700ms);
  warehouse.advance(700ms);
  CHECK(client.read() == kBody.substr(100));
  CHECK(client.state() == "open");
  CHECK(warehouse.request(0).ended_at == Duration(1400ms));
  CHECK(warehouse.request(0).fault == "slow_drip");
}

TEST_CASE("slow_drip may mean the head, or all of the answer") {
  const auto times = [](const std::string& part) {
    Driven warehouse(
        small_world(),
        always(R"("fault": "slow_drip", "chunk_bytes": 100, "part": ")" + part + "\""));
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
    std::vector<std::size_t> sizes{client.read().size()};
    while (warehouse.server().next_event()) {
      warehouse.advance(1s);
      sizes.push_back(client.read().size());
    }
    return sizes;
  };
  const std::size_t head = kHead.size();  // 136
  REQUIRE((head > 100 && head < 200));
  CHECK(times("headers") == std::vector<std::size_t>{100, head - 100 + kBody.size()});
  CHECK(times("body") == std::vector<std::size_t>{head + 100, 21});
  CHECK(times("both") == std::vector<std::size_t>{100, 100, head + kBody.size() - 200});
}

TEST_CASE("malformed_chunk breaks the framing of a chunk in one place, and then a FIN") {
  const std::string head = head_with("Transfer-Encoding: chunked\r\n");
  const auto seen = [&](const std::string& parameters) {
    const Seen seen = ask(R"("fault": "malformed_chunk")" + parameters);
    CHECK(seen.state == "end of file");
    CHECK(seen.record.end == model::WireEnd::kFin);
    CHECK(seen.record.status == 200);
    CHECK(head_of(seen.bytes) == head);
    return body_of(seen.bytes);
  };
  CHECK(seen("") == "size\r\n" + kBody + "\r\n0\r\n\r\n");
  CHECK(seen(R"(, "defect": "size")") == seen(""));
  CHECK(seen(R"(, "defect": "terminator")") == "79\r\n" + kBody + "0\r\n\r\n");
  CHECK(seen(R"(, "defect": "last_chunk")") == "79\r\n" + kBody + "\r\n");
}

TEST_CASE("malformed_chunk of a HEAD has nothing but its head") {
  CHECK(ask(R"("fault": "malformed_chunk")", get(kPartition).replace(0, 3, "HEAD")).bytes ==
        head_with("Transfer-Encoding: chunked\r\n"));
}

TEST_CASE("garbage is the script's text, or bytes drawn by the seed, and then a FIN") {
  const Seen greeting = ask(R"("fault": "garbage", "text": "SSH-2.0-quokka\r\n")");
  CHECK(greeting.bytes == "SSH-2.0-quokka\r\n");
  CHECK(greeting.state == "end of file");
  CHECK_FALSE(greeting.record.status);
  CHECK(greeting.record.bytes_sent == 16);

  const auto drawn = [](std::uint64_t seed) {
    Driven warehouse(small_world(), always(R"("fault": "garbage", "bytes": 300)"), seed);
    return warehouse.exchange(get(kPartition));
  };
  CHECK(drawn(1).size() == 300);
  CHECK(drawn(1) == drawn(1));
  CHECK(drawn(1) != drawn(2));
  CHECK(ask(R"("fault": "garbage")").bytes.size() == 64);
}

TEST_CASE("bad_status_line changes the first line and nothing else") {
  const Seen usual = ask(R"("fault": "bad_status_line")");
  CHECK(usual.bytes == head_with("Content-Length: 121\r\n", "HTTP/1.1 OK") + kBody);
  CHECK(usual.state == "open");
  CHECK_FALSE(usual.record.status);
  CHECK(ask(R"("fault": "bad_status_line", "line": "ICY 200 OK")").bytes ==
        head_with("Content-Length: 121\r\n", "ICY 200 OK") + kBody);
}

TEST_CASE(
    "length_mismatch tells another length than the body has, and leaves the connection open") {
  const auto told = [](const std::string& parameters) {
    const Seen seen = ask(R"("fault": "length_mismatch", )" + parameters);
    CHECK(seen.state == "open");
    CHECK(body_of(seen.bytes) == kBody);
    return header_of(seen.bytes, "Content-Length");
  };
  CHECK(told(R"("by": 7)") == "128");
  CHECK(told(R"("by": -7)") == "114");
  CHECK(told(R"("by": -500)") == "0");
  CHECK(told(R"("text": "12, 13")") == "12, 13");
  SUBCASE("or ends it where the step says so") {
    CHECK(ask(R"("fault": "length_mismatch", "by": 7, "connection": "close")").state ==
          "end of file");
  }
}

TEST_CASE("bad_encoding spoils how the text became bytes, under a right length") {
  const auto body = [](const std::string& as, const std::string& encoding) {
    const Seen seen = ask(R"("fault": "bad_encoding", "as": ")" + as + "\"");
    CHECK(header_of(seen.bytes, "Content-Encoding") == encoding);
    CHECK(header_of(seen.bytes, "Content-Length") == std::to_string(body_of(seen.bytes).size()));
    return body_of(seen.bytes);
  };
  CHECK(body("not_gzip", "gzip") == kBody);
  CHECK(body("bom", "") == "\xef\xbb\xbf" + kBody);
  const std::string latin = body("invalid_utf8", "");
  CHECK(latin == kBody.substr(0, 99) + "\xff" + kBody.substr(99));
  // RFC 1952 with one block that is not compressed: 10 bytes before, 5 of the block, 8 behind. The
  // checksum is what gzip(1) makes of this body.
  const std::string packed = body("gzip", "gzip");
  CHECK(packed.substr(0, 15) == std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff\1\x79\0\x86\xff", 15));
  CHECK(packed.substr(15, 121) == kBody);
  CHECK(packed.substr(136) == std::string("\xe7\x8a\x5d\x77\x79\0\0\0", 8));
}

TEST_CASE("oversized_body is the right JSON and spaces behind it, as many as were asked for") {
  const Seen seen = ask(R"("fault": "oversized_body", "bytes": 3000000)");
  CHECK(header_of(seen.bytes, "Content-Length") == "3000000");
  const std::string body = body_of(seen.bytes);
  REQUIRE(body.size() == 3'000'000);
  CHECK(body.substr(0, kBody.size()) == kBody);
  CHECK(body.find_first_not_of(' ', kBody.size()) == std::string::npos);
  CHECK(seen.state == "open");
  SUBCASE("a body that is as large already stays as it is") {
    CHECK(ask(R"("fault": "oversized_body", "bytes": 121)").record.fault == "");
  }
}

TEST_CASE("oversized_header is one long field or many short ones") {
  const Seen one = ask(R"("fault": "oversized_header", "bytes": 70000)");
  CHECK(header_of(one.bytes, "X-Padding") == std::string(70'000, 'x'));
  CHECK(body_of(one.bytes) == kBody);
  const Seen many = ask(R"("fault": "oversized_header", "fields": 150)");
  CHECK(header_of(many.bytes, "X-Padding-1") == "x");
  CHECK(header_of(many.bytes, "X-Padding-150") == "x");
  CHECK(header_of(many.bytes, "X-Padding-151") == "");
  CHECK(body_of(many.bytes) == kBody);
}

TEST_CASE("stale_metadata tells old counts and times of partition, listing and table alike") {
  const std::string stale = R"("fault": "stale_metadata", "rows_percent": 33, "age_s": 3600)";
  CHECK(body_of(ask(stale).bytes) ==
        R"({"partition_date":"2026-03-13","row_count":495,"bytes":192000,"state":"complete",)"
        R"("last_modified":"2026-03-14T01:11:00Z"})");
  CHECK(body_of(ask(stale, get("/v1/tables/orders")).bytes) ==
        R"({"name":"orders","partition_column":"order_date","row_count":1320,)"
        R"("last_modified":"2026-03-14T01:11:00Z"})");
  const Json list = json(body_of(ask(stale, get("/v1/tables/orders/partitions")).bytes));
  CHECK(list["partitions"][0]["row_count"] == 396);
}

TEST_CASE("stale_metadata of one date leaves the others right, and so of one operation") {
  const std::string stale = R"("fault": "stale_metadata", "rows_percent": 0, "date": "2026-03-12")";
  const Seen other = ask(stale);
  CHECK(body_of(other.bytes) == kBody);
  CHECK(other.record.fault == "");
  const Json table = json(body_of(ask(stale, get("/v1/tables/orders")).bytes));
  CHECK(table["row_count"] == 2700);
  CHECK(table["last_modified"] == "2026-03-14T02:11:00Z");

  Driven warehouse(small_world(), json(R"([{"match": {"operation": "list_partitions"},
      "steps": [{"fault": "stale_metadata"}], "then": "repeat"}])"));
  CHECK(body_of(warehouse.exchange(get(kPartition))) == kBody);
  const Json list =
      json(body_of(warehouse.exchange(get("/v1/tables/orders/partitions?from=2026-03-13"))));
  CHECK(list["partitions"][0]["row_count"] == 750);
  CHECK(list["partitions"][0]["last_modified"] == "2026-03-13T02:11:00Z");
}

/// "11 12 > " for a page that names a next one, which `token` then leads to.
std::string turn(Driven& warehouse, std::string& token, const std::string& query = "") {
  const std::string answer = warehouse.exchange(
      get("/v1/tables/orders/partitions?" + query + (token.empty() ? "" : "&page_token=" + token)));
  if (status_of(answer) != 200) return std::to_string(status_of(answer));
  const Json page = json(body_of(answer));
  std::string text;
  for (const Json& partition : page["partitions"])
    text += partition["partition_date"].get<std::string>().substr(8) + " ";
  token.clear();
  if (page["next_page_token"].is_null()) return text;
  token = page["next_page_token"].get<std::string>();
  return text + "> ";
}

TEST_CASE("page makes pages no larger than it says, and no larger than is asked for") {
  Driven warehouse(small_world(), always(R"("fault": "page", "size": 2)"));
  std::string token;
  CHECK(turn(warehouse, token, "page_size=500") == "11 12 > ");
  CHECK(turn(warehouse, token, "page_size=500") == "13 ");
  CHECK(turn(warehouse, token, "page_size=1") == "11 > ");
  token.clear();
  CHECK(body_of(warehouse.exchange(get(kPartition))) == kBody);
  CHECK(warehouse.request(0).fault == "page");
  CHECK(warehouse.request(3).fault == "");
}

TEST_CASE("page makes a listing that never ends, or one that ends too early") {
  std::string token;
  Driven endless(small_world(), always(R"("fault": "page", "size": 1, "repeat_token": true)"));
  CHECK(turn(endless, token) == "11 > ");
  for (int i = 0; i < 5; ++i) CHECK(turn(endless, token) == "12 > ");
  Driven short_one(small_world(), always(R"("fault": "page", "size": 1, "drop_token": true)"));
  token.clear();
  CHECK(turn(short_one, token) == "11 ");
}

TEST_CASE("the step's other faults strike on the page that page names, and there alone") {
  Driven warehouse(small_world(), always(R"("faults": [{"fault": "http_error", "status": 503},
      {"fault": "page", "size": 1, "fault_on_page": 2}])"));
  std::string token;
  CHECK(turn(warehouse, token) == "11 > ");
  std::string again = token;
  CHECK(turn(warehouse, token) == "503");
  CHECK(turn(warehouse, again) == "503");
  token = "after-20260312";
  CHECK(turn(warehouse, token) == "13 ");
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
  CHECK(warehouse.request(0).fault == "page");
  CHECK(warehouse.request(1).fault == "page + http_error");
  CHECK(warehouse.request(4).fault == "");
}

TEST_CASE("a step for one page is not used up by requests for others") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"times": 1, "faults": [
      {"fault": "page", "size": 1, "fault_on_page": 2},
      {"fault": "http_error", "status": 503}]}, {"answer": "world"}], "then": "repeat"}])"));
  std::string token;
  CHECK(turn(warehouse, token) == "11 > ");
  token.clear();
  CHECK(turn(warehouse, token) == "11 > ");
  const std::string second = token;
  CHECK(turn(warehouse, token) == "503");
  token = second;
  CHECK(turn(warehouse, token) == "12 13 ");
}

// ---- several at once

TEST_CASE("a body can be slow and cut as well") {
  Driven warehouse(small_world(), always(R"("faults": [
      {"fault": "slow_drip", "chunk_bytes": 30, "every_ms": 200},
      {"fault": "truncated_body", "bytes": 40, "framing": "chunked"}])"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  // The line with the chunk's size is part of the body on the wire.
  CHECK(body_of(client.read()) == "79\r\n" + kBody.substr(0, 26));
  CHECK(client.state() == "open");
  warehouse.advance(200ms);
  CHECK(client.read() == kBody.substr(26, 14));
  CHECK(client.state() == "end of file");
  CHECK(warehouse.request(0).fault == "truncated_body + slow_drip");
  CHECK(warehouse.request(0).ended_at == Duration(200ms));
}

TEST_CASE("faults of different parts make one answer, in whatever order they are listed") {
  const std::string error = R"({"fault": "http_error", "status": 500, "message": "quokka"})";
  const std::string type = R"({"fault": "wrong_content_type", "value": "text/html"})";
  const std::string reset = R"({"fault": "connection_reset", "at": "mid_body", "bytes": 9})";
  const Seen one = ask(R"("faults": [)" + error + "," + type + "," + reset + "]");
  const Seen other = ask(R"("faults": [)" + reset + "," + type + "," + error + "]");
  CHECK(one.bytes == other.bytes);
  CHECK(status_of(one.bytes) == 500);
  CHECK(header_of(one.bytes, "Content-Type") == "text/html");
  CHECK(body_of(one.bytes) == R"({"error":)");
  CHECK(one.state == "reset");
  CHECK(one.record.fault == "http_error + wrong_content_type + connection_reset");
}

TEST_CASE("a huge body can hang in the middle and take no memory meanwhile") {
  const Seen seen = ask(R"("faults": [{"fault": "oversized_body", "bytes": 1073741824},
      {"fault": "hang", "at": "mid_body", "bytes": 200}])");
  CHECK(body_of(seen.bytes) == kBody + std::string(79, ' '));
  CHECK(seen.state == "open");
}

TEST_CASE("a combined step lasts as long as the fault in it that says so") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"faults": [
      {"fault": "wrong_content_type"}, {"fault": "eventual", "after_calls": 2}]},
      {"answer": "world"}], "then": "repeat"}])"));
  for (int i = 0; i < 2; ++i) {
    const std::string answer = warehouse.exchange(get(kPartition));
    CHECK(status_of(answer) == 404);
    CHECK(header_of(answer, "Content-Type") == "text/plain");
  }
  CHECK(header_of(warehouse.exchange(get(kPartition)), "Content-Type") == "application/json");
}

}  // namespace
}  // namespace assay::warehouse
