#include <doctest/doctest.h>

#include <set>

#include "mock_warehouse/fault.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

/// A script of one rule for every request; `step` is the inside of the step's braces.
Json one_step(const std::string& step, const std::string& then = "repeat") {
  return json(R"([{"steps": [{)" + step + R"(}], "then": ")" + then + "\"}]");
}

std::string head(std::string_view status_line, std::size_t length,
                 std::string_view content_type = "application/json") {
  return "HTTP/1.1 " + std::string(status_line) +
         "\r\nDate: Sat, 14 Mar 2026 06:00:00 GMT\r\nServer: warehouse\r\nContent-Type: " +
         std::string(content_type) + "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

const std::string kBody(kPartitionBody);
const std::string kHealthy = head("200 OK", kBody.size()) + kBody;

TEST_CASE("http_error sends status, reason, code, message and headers as the script has them") {
  Driven warehouse(small_world(), one_step(R"("fault": "http_error", "status": 500,
      "reason": "Oops quokka", "code": "boom", "message": "a quokka", "retryable": false,
      "headers": {"X-Trace": "quokka", "Content-Type": "application/problem+json"})"));
  const std::string body = R"({"error":{"code":"boom","message":"a quokka","retryable":false}})";
  CHECK(warehouse.exchange(get(kPartition)) ==
        "HTTP/1.1 500 Oops quokka\r\nDate: Sat, 14 Mar 2026 06:00:00 GMT\r\nServer: warehouse\r\n"
        "X-Trace: quokka\r\nContent-Type: application/problem+json\r\n"
        "Content-Length: 64\r\n\r\n" +
            body);
  CHECK(warehouse.request(0).fault == "http_error");
  CHECK(warehouse.request(0).status == 500);
}

TEST_CASE("http_error fills in what the script leaves out, by the status") {
  Driven warehouse(small_world(), one_step(R"("fault": "http_error", "status": 503)"));
  const std::string body =
      R"({"error":{"code":"unavailable","message":"Service Unavailable","retryable":true}})";
  CHECK(warehouse.exchange(get(kPartition)) == head("503 Service Unavailable", body.size()) + body);
}

TEST_CASE("rate_limited tells when to come back in seconds, as a date, in any text, or not") {
  const auto retry_after = [](const std::string& parameters) {
    Driven warehouse(small_world(), one_step(R"("fault": "rate_limited")" + parameters));
    const std::string answer = warehouse.exchange(get(kPartition));
    CHECK(status_of(answer) == 429);
    CHECK(error_code_of(answer) == "rate_limited");
    return header_of(answer, "Retry-After");
  };
  CHECK(retry_after(R"(, "retry_after": 30)") == "30");
  CHECK(retry_after(R"(, "retry_after": {"http_date_in_s": 90})") ==
        "Sat, 14 Mar 2026 06:01:30 GMT");
  CHECK(retry_after(R"(, "retry_after": "in a while")") == "in a while");
  CHECK(retry_after("") == "");
}

TEST_CASE("rate_limited counts its date from the answer, not from the request") {
  Driven warehouse(small_world(), one_step(R"("fault": "rate_limited", "status": 403,
      "retry_after": {"http_date_in_s": 10}, "delay_ms": 5000)"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  warehouse.advance(5s);
  const std::string answer = client.read();
  CHECK(status_of(answer) == 403);
  CHECK(header_of(answer, "Date") == "Sat, 14 Mar 2026 06:00:05 GMT");
  CHECK(header_of(answer, "Retry-After") == "Sat, 14 Mar 2026 06:00:15 GMT");
}

TEST_CASE("latency holds the right answer back until it is due, and no longer") {
  Driven warehouse(small_world(), one_step(R"("fault": "latency", "ms": 1500)"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  CHECK(client.read() == "");
  REQUIRE(warehouse.server().next_event());
  CHECK(*warehouse.server().next_event() - warehouse.now() == 1500ms);
  warehouse.advance(1499ms);
  CHECK(client.read() == "");
  warehouse.advance(1ms);
  CHECK(body_of(client.read()) == kBody);
  CHECK(client.state() == "open");
  CHECK_FALSE(warehouse.server().next_event());
  CHECK(warehouse.request(0).ended_at == Duration(1500ms));
}

std::vector<std::int64_t> latencies(const std::string& step, std::uint64_t seed, int count) {
  Driven warehouse(small_world(), one_step(step), seed);
  std::vector<std::int64_t> drawn;
  for (int i = 0; i < count; ++i) {
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
    const auto event = warehouse.server().next_event();
    drawn.push_back(event ? to_ms(*event - warehouse.now()) : 0);
    warehouse.advance(std::chrono::milliseconds(drawn.back()));
    CHECK(status_of(client.read()) == 200);
  }
  return drawn;
}

TEST_CASE("drawn latencies are the same for the same seed, and others for another") {
  for (const std::string step :
       {R"("fault": "latency", "uniform": {"min_ms": 100, "spread_ms": 900})",
        R"("fault": "latency", "lognormal": {"median_ms": 200, "sigma_milli": 500})"}) {
    CAPTURE(step);
    const auto drawn = latencies(step, 7, 8);
    CHECK(drawn == latencies(step, 7, 8));
    CHECK(drawn != latencies(step, 8, 8));
    CHECK(std::set(drawn.begin(), drawn.end()).size() > 4);
    for (const std::int64_t ms : drawn) CHECK((ms > 20 && ms < 5000));
  }
}

TEST_CASE("a drawn latency keeps to its limit") {
  for (const std::int64_t ms : latencies(
           R"("fault": "latency",
              "lognormal": {"median_ms": 1000, "sigma_milli": 3000, "limit_ms": 1001})",
           3, 12))
    CHECK(ms <= 1001);
}

TEST_CASE("hang sends what comes before its moment, and then nothing for ever") {
  const auto hang = [](const std::string& at) {
    Driven warehouse(small_world(), one_step(R"("fault": "hang", "at": ")" + at + "\""));
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
    warehouse.advance(24h);
    CHECK_FALSE(warehouse.server().next_event());
    const std::string sent = client.read();
    CHECK(client.state() == "open");
    CHECK(warehouse.request(0).end == model::WireEnd::kOpen);
    CHECK(warehouse.request(0).status.has_value() == !sent.empty());
    CHECK(warehouse.request(0).bytes_sent == static_cast<std::int64_t>(sent.size()));
    return sent;
  };
  CHECK(hang("before_headers") == "");
  CHECK(hang("after_headers") == head("200 OK", 121));
  CHECK(hang("mid_body") == head("200 OK", 121) + kBody.substr(0, 60));
}

TEST_CASE("a client that gives up on a hang is seen at the time when it did") {
  Driven warehouse(small_world(), one_step(R"("fault": "hang")"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  warehouse.advance(5s);
  client.close();
  warehouse.pump();
  CHECK(warehouse.request(0).end == model::WireEnd::kClientClosed);
  CHECK(warehouse.request(0).ended_at == Duration(5s));
}

TEST_CASE("a client that gives up on a late answer is seen, by a FIN or by a RST") {
  for (const bool by_reset : {false, true}) {
    CAPTURE(by_reset);
    Driven warehouse(small_world(), one_step(R"("fault": "latency", "ms": 60000)"));
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
    warehouse.advance(2s);
    by_reset ? client.reset() : client.close();
    warehouse.pump();
    CHECK(warehouse.request(0).end == model::WireEnd::kClientClosed);
    CHECK(warehouse.request(0).ended_at == Duration(2s));
    CHECK_FALSE(warehouse.request(0).status);
    CHECK_FALSE(warehouse.server().next_event());
  }
}

TEST_CASE("connection_reset is a RST, behind whatever was sent before it") {
  const auto reset = [](const std::string& parameters) {
    Driven warehouse(small_world(), one_step(R"("fault": "connection_reset")" + parameters));
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
    const std::string sent = client.read();
    CHECK(client.state() == "reset");
    CHECK(warehouse.request(0).end == model::WireEnd::kRst);
    return sent;
  };
  CHECK(reset("") == "");
  CHECK(reset(R"(, "at": "before_headers")") == "");
  CHECK(reset(R"(, "at": "after_headers")") == head("200 OK", 121));
  CHECK(reset(R"(, "at": "mid_body", "bytes": 7)") == head("200 OK", 121) + kBody.substr(0, 7));
}

TEST_CASE("empty_response is a FIN and no byte") {
  Driven warehouse(small_world(), one_step(R"("fault": "empty_response")"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  CHECK(client.read() == "");
  CHECK(client.state() == "end of file");
  CHECK(warehouse.request(0).end == model::WireEnd::kFin);
  CHECK_FALSE(warehouse.request(0).status);
}

TEST_CASE("a FIN stays a FIN for a client that sends more than was read") {
  Driven warehouse(small_world(), one_step(R"("fault": "empty_response")"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition) + get(kPartition) + "and some more that no server asked for");
  warehouse.pump();
  CHECK(client.read() == "");
  CHECK(client.state() == "end of file");
  client.send("and more");
  warehouse.pump();
  CHECK(client.read() == "");
  CHECK(client.state() == "end of file");
  CHECK(warehouse.server().journal().size() == 1);
}

TEST_CASE("truncated_body ends in good order before the body is whole") {
  const auto truncated = [](const std::string& parameters, std::string request = get(kPartition)) {
    Driven warehouse(small_world(), one_step(R"("fault": "truncated_body")" + parameters));
    RawClient client = warehouse.connect();
    client.send(request);
    warehouse.pump();
    const std::string sent = client.read();
    CHECK(client.state() == "end of file");
    CHECK(warehouse.request(0).end == model::WireEnd::kFin);
    return sent;
  };
  CHECK(truncated("") == head("200 OK", 121) + kBody.substr(0, 60));
  CHECK(truncated(R"(, "bytes": 0)") == head("200 OK", 121));
  SUBCASE("a number of bytes that would be the whole body leaves the last one out") {
    CHECK(truncated(R"(, "bytes": 5000)") == head("200 OK", 121) + kBody.substr(0, 120));
  }
  SUBCASE("a chunk is broken off inside") {
    CHECK(truncated(R"(, "bytes": 10, "framing": "chunked")") ==
          "HTTP/1.1 200 OK\r\nDate: Sat, 14 Mar 2026 06:00:00 GMT\r\nServer: warehouse\r\n"
          "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n79\r\n" +
              kBody.substr(0, 10));
  }
  SUBCASE("HTTP/1.0 knows no chunks") {
    const std::string sent = truncated(R"(, "framing": "chunked")",
                                       "GET " + std::string(kPartition) + " HTTP/1.0\r\n\r\n");
    CHECK(header_of(sent, "Content-Length") == "121");
    CHECK(body_of(sent) == kBody.substr(0, 60));
  }
}

TEST_CASE("malformed_json is whole as HTTP and broken as JSON") {
  const auto malformed = [](const std::string& parameters) {
    Driven warehouse(small_world(), one_step(R"("fault": "malformed_json")" + parameters));
    const std::string answer = warehouse.exchange(get(kPartition));
    const std::string body = body_of(answer);
    CHECK(answer == head("200 OK", body.size()) + body);
    CHECK(warehouse.request(0).end == model::WireEnd::kKeepAlive);
    CHECK_FALSE(parse_json(body, "answer").ok());
    return body;
  };
  CHECK(malformed("") == kBody.substr(0, 60));
  CHECK(malformed(R"(, "cut_at": 0)") == "");
  CHECK(malformed(R"(, "append": "}")") == kBody + "}");
  CHECK(malformed(R"(, "cut_at": 3, "append": "oops")") == kBody.substr(0, 3) + "oops");
}

TEST_CASE("html_body is a page with any status, its title escaped") {
  Driven warehouse(small_world(),
                   one_step(R"("fault": "html_body", "status": 502, "title": "Bad <gate> & way")"));
  const std::string answer = warehouse.exchange(get(kPartition));
  const std::string body =
      "<!DOCTYPE html>\n<html><head><title>Bad &lt;gate> &amp; way</title></head>\n"
      "<body><h1>Bad &lt;gate> &amp; way</h1></body></html>\n";
  CHECK(answer == head("502 Bad Gateway", body.size(), "text/html; charset=utf-8") + body);
}

TEST_CASE("html_body is a 200 where the script does not say") {
  Driven warehouse(small_world(), one_step(R"("fault": "html_body")"));
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
}

TEST_CASE("wrong_content_type changes the type and nothing else") {
  Driven warehouse(small_world(), one_step(R"("fault": "wrong_content_type")"));
  CHECK(warehouse.exchange(get(kPartition)) == head("200 OK", 121, "text/plain") + kBody);
  Driven octets(small_world(), one_step(R"("fault": "wrong_content_type", "value": "a/b; c=d")"));
  CHECK(octets.exchange(get(kPartition)) == head("200 OK", 121, "a/b; c=d") + kBody);
}

TEST_CASE("a chain of redirects has a URL for each hop and ends at the answer") {
  Driven warehouse(small_world(), one_step(R"("fault": "redirect", "count": 2)", "world"));
  std::string answer = warehouse.exchange(get(std::string(kPartition) + "?a=b"));
  CHECK(status_of(answer) == 302);
  CHECK(header_of(answer, "Location") == std::string(kPartition) + "?a=b&hop=1");
  answer = warehouse.exchange(get(header_of(answer, "Location")));
  CHECK(status_of(answer) == 302);
  CHECK(header_of(answer, "Location") == std::string(kPartition) + "?a=b&hop=2");
  answer = warehouse.exchange(get(header_of(answer, "Location")));
  CHECK(body_of(answer) == kBody);
  CHECK(warehouse.request(1).fault == "redirect");
  CHECK(warehouse.request(2).fault == "");
}

TEST_CASE("a loop of redirects sends every request back to itself") {
  Driven warehouse(small_world(), one_step(R"("fault": "redirect", "loop": true, "status": 307)"));
  for (int i = 0; i < 40; ++i) {
    const std::string answer = warehouse.exchange(get(kPartition));
    CHECK(status_of(answer) == 307);
    CHECK(header_of(answer, "Location") == kPartition);
  }
}

TEST_CASE("a redirect leads where the script says") {
  Driven warehouse(
      small_world(),
      one_step(R"("fault": "redirect", "count": 1, "target": "http://elsewhere/login")"));
  CHECK(header_of(warehouse.exchange(get(kPartition)), "Location") == "http://elsewhere/login");
}

TEST_CASE("auth_expired lets some requests through and refuses all others") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "auth_expired", "after_calls": 2, "message": "quokka"}]}])"));
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
  for (int i = 0; i < 5; ++i) {
    const std::string answer = warehouse.exchange(get(kPartition));
    CHECK(status_of(answer) == 401);
    CHECK(header_of(answer, "WWW-Authenticate") == R"(Bearer error="invalid_token")");
    CHECK(body_of(answer) ==
          R"({"error":{"code":"token_expired","message":"quokka","retryable":false}})");
  }
  CHECK(warehouse.request(0).fault == "");
  CHECK(warehouse.request(0).step == 0);
  CHECK(warehouse.request(2).fault == "auth_expired");
}

TEST_CASE("auth_expired until a refresh is over for whoever has the fresh token") {
  Json world = small_world();
  world["auth"] = json(R"({"token": "old", "refreshed_token": "new"})");
  Driven warehouse(world,
                   one_step(R"("fault": "auth_expired", "until_refresh": true, "status": 403)"));
  const auto status_with = [&](const std::string& token) {
    return status_of(
        warehouse.exchange(get(kPartition, "Authorization: Bearer " + token + "\r\n")));
  };
  CHECK(status_with("old") == 403);
  const std::string fresh =
      warehouse.exchange("POST /v1/token HTTP/1.1\r\nHost: w\r\nAuthorization: Bearer old\r\n\r\n");
  CHECK(body_of(fresh) == R"({"token":"new"})");
  CHECK(status_with("new") == 200);
  CHECK(status_with("old") == 403);
}

TEST_CASE("value puts anything in the place of a field") {
  const auto row_count = [](const std::string& parameters) {
    Driven warehouse(small_world(),
                     one_step(R"("fault": "value", "path": "row_count", )" + parameters));
    const std::string answer = warehouse.exchange(get(kPartition));
    const std::string body = body_of(answer);
    CHECK(answer == head("200 OK", body.size()) + body);
    const std::size_t from = body.find("row_count\":");
    if (from == std::string::npos) return std::string("no such field");
    return body.substr(from + 11, body.find(R"(,"bytes)") - from - 11);
  };
  CHECK(row_count(R"("value": null)") == "null");
  CHECK(row_count(R"("value": "abc")") == R"("abc")");
  CHECK(row_count(R"("value": -5)") == "-5");
  CHECK(row_count(R"("value": 1500.5)") == "1500.5");
  CHECK(row_count(R"("value": {"n": [1]})") == R"({"n":[1]})");
  CHECK(row_count(R"("value": {"row_count": 1})") == R"({"row_count":1})");
  CHECK(row_count(R"("literal": "1e9")") == "1e9");
  CHECK(row_count(R"("literal": "NaN")") == "NaN");
  CHECK(row_count(R"("missing": true)") == "no such field");
  CHECK(row_count(R"("as": "text")") == R"("1500")");
  CHECK(row_count(R"("as": "float")") == "1500.0");
  CHECK(row_count(R"("as": "negative")") == "-1500");
}

TEST_CASE("value finds its field by pointer, by pattern, and by bare name") {
  const auto counts = [](const std::string& path) {
    Driven warehouse(small_world(),
                     one_step(R"("fault": "value", "value": 0, "path": ")" + path + "\""));
    std::string counts;
    const Json page = json(body_of(warehouse.exchange(get("/v1/tables/orders/partitions"))));
    for (const Json& partition : page["partitions"]) counts += partition["row_count"].dump() + " ";
    counts += warehouse.request(0).fault;
    return counts;
  };
  CHECK(counts("row_count") == "0 0 0 value");
  CHECK(counts("/partitions/*/row_count") == "0 0 0 value");
  CHECK(counts("/partitions/1/row_count") == "1200 0 1500 value");
  CHECK(counts("/row_count") == "1200 1300 1500 ");
}

TEST_CASE("eventual hides partitions for a number of calls") {
  Driven warehouse(small_world(), json(R"([{"match": {"operation": "get_partition"},
      "steps": [{"fault": "eventual", "after_calls": 2}], "then": "world"}])"));
  for (int i = 0; i < 2; ++i) {
    const std::string answer = warehouse.exchange(get(kPartition));
    CHECK(status_of(answer) == 404);
    CHECK(error_code_of(answer) == "partition_not_found");
  }
  CHECK(body_of(warehouse.exchange(get(kPartition))) == kBody);
}

TEST_CASE("eventual hides partitions until a time, and from listings as well") {
  Driven warehouse(small_world(), json(R"([{
      "steps": [{"fault": "eventual", "after_ms": 60000, "date": "2026-03-13"}], "then": "world"}])"));
  const auto listed = [&] {
    return json(body_of(warehouse.exchange(get("/v1/tables/orders/partitions"))))["partitions"]
        .size();
  };
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 404);
  CHECK(status_of(warehouse.exchange(get("/v1/tables/orders/partitions/2026-03-12"))) == 200);
  CHECK(listed() == 2);
  warehouse.advance(59999ms);
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 404);
  warehouse.advance(1ms);
  CHECK(body_of(warehouse.exchange(get(kPartition))) == kBody);
  CHECK(listed() == 3);
}

TEST_CASE("any fault can come late") {
  Driven warehouse(small_world(), one_step(R"("fault": "connection_reset", "delay_ms": 3000)"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  CHECK(client.read() == "");
  CHECK(client.state() == "open");
  warehouse.advance(3s);
  CHECK(client.read() == "");
  CHECK(client.state() == "reset");
  CHECK(warehouse.request(0).ended_at == Duration(3s));
}

TEST_CASE("the table of faults is that of the files, by name") {
  std::set<std::string_view> names;
  for (const Fault* fault : all_faults()) names.insert(fault->name);
  CHECK(names.size() == all_faults().size());
  for (const Fault* fault : all_faults()) CHECK(find_fault(fault->name) == fault);
  CHECK(find_fault("no_such_fault") == nullptr);
}

}  // namespace
}  // namespace assay::warehouse
