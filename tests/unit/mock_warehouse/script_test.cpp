#include <doctest/doctest.h>

#include "mock_warehouse/schema.h"
#include "mock_warehouse/script.h"
#include "tests/unit/mock_warehouse/driven.h"

namespace assay::warehouse {
namespace {

std::string statuses(Driven& warehouse, int count, std::string_view path = kPartition) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += std::to_string(status_of(warehouse.exchange(get(path)))) + " ";
  return text;
}

TEST_CASE("steps are used in order, each as often as it says") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "http_error", "status": 500, "times": 2}, {"answer": "world"},
      {"fault": "http_error", "status": 503}], "then": "repeat"}])"));
  CHECK(statuses(warehouse, 6) == "500 500 200 503 503 503 ");
  CHECK(warehouse.request(1).step == 0);
  CHECK(warehouse.request(2).step == 1);
  CHECK(warehouse.request(2).fault == "");
  CHECK(warehouse.request(5).step == 2);
  for (int i = 0; i < 6; ++i) CHECK(warehouse.request(i).rule == 0);
}

TEST_CASE("behind the last step the world answers, and the journal says which way") {
  const std::string steps = R"("steps": [{"fault": "http_error", "status": 500}])";
  SUBCASE("on purpose") {
    Driven warehouse(small_world(), json("[{" + steps + R"(, "then": "world"}])"));
    CHECK(statuses(warehouse, 3) == "500 200 200 ");
    CHECK(warehouse.request(1).fault == "");
    CHECK(warehouse.request(1).rule == 0);
    CHECK_FALSE(warehouse.request(1).step);
  }
  SUBCASE("since the script was exhausted") {
    Driven warehouse(small_world(), json("[{" + steps + "}]"));
    CHECK(statuses(warehouse, 3) == "500 200 200 ");
    CHECK(warehouse.request(1).fault == "script_exhausted");
    CHECK(warehouse.request(2).fault == "script_exhausted");
  }
}

TEST_CASE("the first rule that fits takes a request, and rules do not use up one another's steps") {
  Driven warehouse(small_world(), json(R"([
      {"match": {"operation": "list_partitions"}, "steps": [{"fault": "http_error", "status": 501}]},
      {"match": {"path": "/v1/tables/*/partitions/2026-03-12"},
       "steps": [{"fault": "http_error", "status": 502}], "then": "repeat"},
      {"match": {"date": "2026-03-13", "method": "GET"},
       "steps": [{"fault": "http_error", "status": 503}], "then": "repeat"},
      {"match": {"operation": "unknown"}, "steps": [{"fault": "http_error", "status": 504}]}])"));
  CHECK(statuses(warehouse, 2) == "503 503 ");
  CHECK(statuses(warehouse, 1, "/v1/tables/orders/partitions") == "501 ");
  CHECK(statuses(warehouse, 1, "/v1/tables/orders/partitions/2026-03-12?x=y") == "502 ");
  CHECK(statuses(warehouse, 1, "/v1/queries") == "504 ");
  CHECK(statuses(warehouse, 2, "/v1/tables/orders") == "200 200 ");
  CHECK(warehouse.request(3).rule == 1);
  CHECK_FALSE(warehouse.request(5).rule);
}

TEST_CASE("requests of the import meet a healthy world and use up no step") {
  auto server =
      Server::make(small_world(), json(R"([{"steps": [{"fault": "http_error", "status": 500}]}])"),
                   {.start = *parse_utc("2026-03-14T06:00:00Z")});
  REQUIRE(server.ok());
  Driven warehouse(std::move(server).value());
  CHECK(statuses(warehouse, 2) == "200 200 ");
  warehouse.server().enter_call();
  CHECK(statuses(warehouse, 2) == "500 200 ");
  CHECK(warehouse.request(1).phase == model::Phase::kImport);
  CHECK_FALSE(warehouse.request(1).rule);
  CHECK(warehouse.request(2).phase == model::Phase::kCall);
}

TEST_CASE("a script can have a connection closed behind any answer") {
  for (const std::string step :
       {R"("answer": "world")", R"("fault": "http_error", "status": 500)"}) {
    CAPTURE(step);
    Driven warehouse(small_world(),
                     json(R"([{"steps": [{)" + step + R"(, "connection": "close"}]}])"));
    RawClient client = warehouse.connect();
    client.send(get(kPartition));
    warehouse.pump();
    CHECK(header_of(client.read(), "Connection") == "close");
    CHECK(client.state() == "end of file");
    CHECK(warehouse.request(0).end == model::WireEnd::kFin);
  }
}

TEST_CASE("the world's answer can be late as well") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"answer": "world", "delay_ms": 10}]}])"));
  RawClient client = warehouse.connect();
  client.send(get(kPartition));
  warehouse.pump();
  CHECK(client.read() == "");
  warehouse.advance(10ms);
  CHECK(status_of(client.read()) == 200);
  CHECK(warehouse.request(0).fault == "");
}

TEST_CASE("steps follow one another where a fault says for itself that it is over") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "eventual", "after_calls": 1}, {"fault": "redirect", "count": 1},
      {"fault": "http_error", "status": 500}], "then": "world"}])"));
  CHECK(statuses(warehouse, 4) == "404 302 500 200 ");
}

TEST_CASE("a fault that lasts by itself can be bounded by times, and repeated") {
  Driven bounded(small_world(), json(R"([{"steps": [
      {"fault": "auth_expired", "times": 2}], "then": "world"}])"));
  CHECK(statuses(bounded, 3) == "401 401 200 ");
  Driven repeated(small_world(), json(R"([{"steps": [
      {"fault": "eventual", "after_calls": 1}], "then": "repeat"}])"));
  CHECK(statuses(repeated, 3) == "404 404 404 ");
}

TEST_CASE("a step that ends at a time serves any number of requests until then") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "http_error", "status": 503, "until_ms": 90000}, {"answer": "world"}],
      "then": "repeat"}])"));
  CHECK(statuses(warehouse, 3) == "503 503 503 ");
  warehouse.advance(89'999ms);
  CHECK(statuses(warehouse, 1) == "503 ");
  warehouse.advance(1ms);
  CHECK(statuses(warehouse, 2) == "200 200 ");
  CHECK(warehouse.request(3).step == 0);
  CHECK(warehouse.request(4).step == 1);
}

TEST_CASE("a step that ends at a time can be over by its uses before") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "http_error", "status": 503, "until_ms": 90000, "times": 2}], "then": "world"}])"));
  CHECK(statuses(warehouse, 3) == "503 503 200 ");
}

/// Which step of connections a script's only rule stands at after so long; -1: none.
int step_at_the_gate(const Script& script, Duration elapsed) {
  const ScriptedEntrance entrance = script.entrance(elapsed);
  return entrance.entrance == Entrance::kOpen ? -1 : entrance.step;
}

TEST_CASE("a step that ends at a time ends at the gate as well, where nobody has asked anything") {
  const Script outage(json(R"([{"steps": [{"fault": "connect_refused", "until_ms": 90000},
      {"answer": "world"}], "then": "repeat"}])"),
                      1);
  CHECK(step_at_the_gate(outage, 89'999ms) == 0);
  CHECK(step_at_the_gate(outage, 90s) == -1);
  const Script later(json(R"([{"steps": [{"answer": "world", "until_ms": 5000},
      {"fault": "http_error", "status": 500, "until_ms": 5000},
      {"fault": "connect_timeout"}]}])"),
                     1);
  CHECK(step_at_the_gate(later, 4'999ms) == -1);
  CHECK(step_at_the_gate(later, 5s) == 2);
}

TEST_CASE("a step that is over by its fault is over at the gate as well") {
  const Script by_time(json(R"([{"steps": [{"fault": "eventual", "after_ms": 5000},
      {"fault": "connect_refused"}]}])"),
                       1);
  CHECK(step_at_the_gate(by_time, 4'999ms) == -1);
  CHECK(step_at_the_gate(by_time, 5s) == 1);
}

TEST_CASE("steps for connections that are over by their time use up none behind them") {
  Script script(json(R"([{"steps": [{"fault": "connect_refused", "until_ms": 5000, "times": 9},
      {"fault": "connect_timeout", "times": 2}], "then": "world"}])"),
                1);
  script.attempted(script.entrance(1s));
  for (int attempt = 0; attempt < 2; ++attempt) {
    CHECK(step_at_the_gate(script, 6s) == 1);
    script.attempted(script.entrance(6s));
  }
  CHECK(step_at_the_gate(script, 6s) == -1);
}

TEST_CASE("a step that is repeated for ever cannot end at a time") {
  const Status status = check(small_world(), json(R"([{"steps": [
      {"answer": "world"}, {"fault": "hang", "until_ms": 5}], "then": "repeat"}])"));
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().to_string() ==
        "/script/0/steps/1/until_ms: the last step is repeated for ever; expected a step "
        "behind it, such as {answer: world}, or then: world");
}

TEST_CASE(
    "a client's retry on its own uses up a step, and the journal tells it by its connection") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "empty_response"}, {"fault": "http_error", "status": 500}]}])"));
  RawClient first = warehouse.connect();
  first.send(get(kPartition));
  warehouse.pump();
  RawClient second = warehouse.connect();
  second.send(get(kPartition));
  warehouse.pump();
  CHECK(status_of(second.read()) == 500);
  CHECK(warehouse.request(0).connection == 1);
  CHECK(warehouse.request(1).connection == 2);
  CHECK(warehouse.request(1).step == 1);
}

TEST_CASE("an injected fault that has nothing to change is told, and the script acts") {
  Driven warehouse(small_world(), json(R"([{"steps": [{"fault": "http_error", "status": 503}],
                                          "then": "world"}])"));
  const auto done = warehouse.server().inject(
      json(R"({"steps": [{"fault": "bigquery_error", "code": "backendError"}], "then": "world"})"));
  REQUIRE(done.ok());
  // The native API has no such error.
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 503);
  CHECK(warehouse.request(0).fault == "http_error");
  CHECK(warehouse.request(0).rule == 0);
  CHECK(warehouse.server().remark(0).idle_fault == "bigquery_error");
  CHECK(warehouse.server().remark(0).refusal.starts_with("unavailable: "));
  // It is used up.
  CHECK(status_of(warehouse.exchange(get(kPartition))) == 200);
  CHECK(warehouse.server().remark(1).idle_fault == "");
  CHECK(warehouse.server().remark(1).refusal == "");
}

TEST_CASE("an injected rule comes before the script's, and uses up none of its steps") {
  Driven warehouse(small_world(), json(R"([{"steps": [
      {"fault": "http_error", "status": 500}, {"fault": "http_error", "status": 503}]}])"));
  const auto inject = [&](std::string_view rule) {
    const auto done = warehouse.server().inject(json(rule));
    return done.ok() ? "" : done.error().place.file;
  };
  CHECK(statuses(warehouse, 1) == "500 ");
  CHECK(inject(R"({"steps": [{"fault": "http_error", "status": 504, "times": 2}]})") == "");
  CHECK(
      inject(
          R"({"match": {"operation": "get_table"}, "steps": [{"fault": "http_error", "status": 501}]})") ==
      "");
  CHECK(statuses(warehouse, 3) == "504 504 503 ");
  CHECK(warehouse.request(1).fault == "http_error");
  CHECK_FALSE(warehouse.request(1).rule);
  CHECK_FALSE(warehouse.request(1).step);
  CHECK(warehouse.request(3).step == 1);
  CHECK(statuses(warehouse, 2, "/v1/tables/orders") == "501 200 ");
  CHECK(warehouse.request(5).fault == "script_exhausted");

  CHECK(inject(R"({"steps": [{"fault": "http_error", "status": 200}]})") ==
        "/injected/0/steps/0/status");
  CHECK(inject(R"({"steps": []})") == "/injected/0/steps");
  CHECK(inject("[]") == "/injected/0");
  CHECK(statuses(warehouse, 1) == "200 ");
}

TEST_CASE("who is turned away meets neither world nor script") {
  auto server =
      Server::make(small_world(), json(R"([{"steps": [{"fault": "http_error", "status": 500}]}])"),
                   {.start = *parse_utc("2026-03-14T06:00:00Z"),
                    .turn_away = [](const HttpRequest& request) -> std::optional<Answer> {
                      if (find_header(request.headers, "X-Stranger") == nullptr)
                        return std::nullopt;
                      return error_answer(421, "misdirected_request", "not here", false);
                    }});
  REQUIRE(server.ok());
  Driven warehouse(std::move(server).value());
  warehouse.server().enter_call();
  CHECK(status_of(warehouse.exchange(get(kPartition, "X-Stranger: yes\r\n"))) == 421);
  CHECK(statuses(warehouse, 1) == "500 ");
  CHECK(warehouse.request(0).operation == "unknown");
  CHECK(warehouse.request(0).status == 421);
  CHECK(warehouse.request(0).fault == "");
}

}  // namespace
}  // namespace assay::warehouse
