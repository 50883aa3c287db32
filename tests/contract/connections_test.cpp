// Connections that are refused or never come about: a scripted warehouse before a real box.

#include <doctest/doctest.h>

#include <string>

#include "harness/run/peer_adapter.h"
#include "mock_warehouse/server.h"
#include "tests/sandbox_support/support.h"

namespace assay::sandbox::testing {
namespace {

using model::OutcomeKind;
using model::WireEnd;
using namespace std::chrono_literals;

/// What a candidate did, and what the warehouse says of it.
struct Seen {
  model::Observation observation;
  std::vector<model::Request> journal;

  /// "connect_refused@0 get_table@2": what came, and the seconds when it did.
  std::string order() const {
    std::string text;
    for (const model::Request& request : journal) {
      if (!text.empty()) text += " ";
      text += request.fault.empty() ? request.operation : request.fault;
      text +=
          "@" + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(request.at) / 1s);
    }
    return text;
  }
};

Seen run(Sandbox& sandbox, const std::string& steps, const std::string& source, int real_time = 0) {
  Job job = call(
      "import os, socket, time, urllib.error, urllib.request\n"
      "URL = os.environ['WAREHOUSE_URL'] + '/v1/tables/orders'\n"
      "def ask(*_):\n"
      "    try: return urllib.request.urlopen(URL, timeout=5).status\n"
      "    except urllib.error.HTTPError as e: return e.code\n"
      "    except OSError as e: return type(e.reason).__name__\n"
      "def joined(seen): return ' '.join(map(str, seen))\n" +
      source);
  job.real_time = real_time;
  const Json world = {
      {"tables", {{"orders", {{"partition_column", "day"}, {"partitions", Json::array()}}}}}};
  const auto script = parse_json(R"([{"steps": [)" + steps + R"(], "then": "repeat"}])", "script");
  REQUIRE(script.ok());
  auto server = warehouse::Server::make(world, *script, {.start = job.now});
  REQUIRE_MESSAGE(server.ok(), server.error().to_string());
  run::WarehousePeer peer(**server);
  Seen seen{sandbox.run(job, peer), {}};
  seen.journal = (*server)->journal();
  return seen;
}

constexpr const char* kThreeTries =
    "def main():\n"
    "    seen = []\n"
    "    for pause in (1, 1, 0): seen.append(ask()); time.sleep(pause)\n"
    "    return joined(seen)\n";

TEST_CASE("connections are refused as often as the script says, and then there is one") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_refused", "times": 2}, {"answer": "world"})",
          kThreeTries);
  CHECK(seen.observation.value == "ConnectionRefusedError ConnectionRefusedError 200");
  CHECK(seen.order() == "connect_refused@0 connect_refused@1 get_table@2");
  REQUIRE(seen.journal.size() == 3);
  CHECK(seen.journal[0].operation == "connect");
  CHECK(seen.journal[0].end == WireEnd::kRst);
  CHECK(seen.journal[0].ended_at == seen.journal[0].at);
  CHECK(seen.journal[0].step == 0);
  CHECK_FALSE(seen.journal[0].status);
  CHECK(seen.journal[2].connection == 1);
  CHECK(seen.observation.notes.empty());
}

TEST_CASE("in real time that was asked for connections are refused just as often") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_refused", "times": 3}, {"answer": "world"})",
          "def main(): return [ask() for _ in range(4)]\n", 20);
  CHECK(seen.observation.value ==
        Json({"ConnectionRefusedError", "ConnectionRefusedError", "ConnectionRefusedError", 200}));
  CHECK(seen.journal.size() == 4);
}

TEST_CASE("in real time that was asked for nobody answers for as long as the clock says") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_timeout", "times": 2}, {"answer": "world"})",
          "def main(): return [ask() for _ in range(3)]\n", 20);
  CHECK(seen.observation.value == Json({"TimeoutError", "TimeoutError", 200}));
  REQUIRE(seen.journal.size() == 3);
  CHECK(seen.journal[0].end == WireEnd::kClientClosed);
  CHECK(seen.journal[2].at >= 10s);
}

TEST_CASE("a client that tries again at once is counted each time") {
  const Seen seen = run(BoxBackend::sandbox(),
                        R"({"fault": "connect_refused", "times": 30}, {"answer": "world"})",
                        "def main():\n"
                        "    seen = [ask()]\n"
                        "    while seen[-1] != 200: seen.append(ask())\n"
                        "    return [len(seen), seen[-1]]\n");
  CHECK(seen.observation.value == Json::parse("[31, 200]"));
  CHECK(seen.journal.size() == 31);
}

TEST_CASE("the last refusal before a candidate returns is in the journal") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_refused"})", "def main(): return ask()\n");
  CHECK(seen.observation.value == "ConnectionRefusedError");
  CHECK(seen.order() == "connect_refused@0");
}

TEST_CASE("a connection that never comes about is given up by the client's own timeout") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_timeout", "times": 2}, {"answer": "world"})",
          kThreeTries);
  CHECK(seen.observation.value == "TimeoutError TimeoutError 200");
  CHECK(seen.order() == "connect_timeout@0 connect_timeout@6 get_table@12");
  REQUIRE(seen.journal.size() == 3);
  CHECK(seen.journal[0].end == WireEnd::kClientClosed);
  REQUIRE(seen.journal[0].ended_at);
  CHECK(*seen.journal[0].ended_at >= 5s);
  CHECK(*seen.journal[0].ended_at < 5100ms);
}

TEST_CASE("without a timeout of its own a client waits for that of the system") {
  const Seen seen = run(BoxBackend::sandbox(), R"({"fault": "connect_timeout"})",
                        "def main():\n"
                        "    try: socket.create_connection(('warehouse', 8080))\n"
                        "    except OSError as e: return [type(e).__name__, time.time()]\n");
  REQUIRE(seen.observation.outcome.kind == OutcomeKind::kReturned);
  CHECK(seen.observation.value[0] == "TimeoutError");
  CHECK(seen.observation.virtual_time >= 127s);
  CHECK(seen.observation.virtual_time < 128s);
  CHECK(seen.order() == "connect_timeout@0");
}

TEST_CASE("refusals, silence and answers follow one another as the script has them") {
  const Seen seen = run(BoxBackend::sandbox(),
                        R"({"fault": "connect_timeout"}, {"fault": "connect_refused"},
                           {"fault": "http_error", "status": 503})",
                        "def main(): return joined(ask() for _ in range(3))\n");
  CHECK(seen.observation.value == "TimeoutError ConnectionRefusedError 503");
  CHECK(seen.order() == "connect_timeout@0 connect_refused@5 http_error@5");
}

TEST_CASE("a module that connects while it is imported uses up no refusal") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_refused"}, {"answer": "world"})",
          "STATUS = ask()\n"
          "def main(): return joined([STATUS, ask()])\n");
  CHECK(seen.observation.value == "200 ConnectionRefusedError");
  CHECK(seen.order() == "get_table@0 connect_refused@0");
  REQUIRE(seen.journal.size() == 2);
  CHECK(seen.journal[0].phase == model::Phase::kImport);
}

TEST_CASE("a connection that is there goes on while new ones are refused") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"answer": "world"}, {"fault": "connect_refused"})",
          "import http.client\n"
          "def main():\n"
          "    c = http.client.HTTPConnection('warehouse', 8080, timeout=5)\n"
          "    seen = []\n"
          "    for _ in range(2):\n"
          "        c.request('GET', '/v1/tables/orders')\n"
          "        answer = c.getresponse(); answer.read(); seen.append(answer.status)\n"
          "        seen.append(ask())\n"
          "    return joined(seen)\n");
  CHECK(seen.observation.value == "200 ConnectionRefusedError 200 ConnectionRefusedError");
}

TEST_CASE("threads that connect while others are ready are each decided on") {
  const Seen seen =
      run(BoxBackend::sandbox(), R"({"fault": "connect_refused", "times": 2}, {"answer": "world"})",
          "import concurrent.futures\n"
          "def main():\n"
          "    with concurrent.futures.ThreadPoolExecutor(3) as pool:\n"
          "        return joined(pool.map(ask, range(3)))\n");
  CHECK(seen.observation.value == "ConnectionRefusedError ConnectionRefusedError 200");
  CHECK(seen.order() == "connect_refused@0 connect_refused@0 get_table@0");
}

TEST_CASE("the process backend says that it cannot refuse connections") {
  const Seen seen =
      run(ProcessBackend::sandbox(), R"({"fault": "connect_refused"})", "def main(): return 1\n");
  CHECK(seen.observation.outcome.kind == OutcomeKind::kHarnessFault);
  CHECK(seen.observation.outcome.detail ==
        "this case refuses connections or lets them time out, which only a box can do (Grade "
        "without --no-sandbox)");
  REQUIRE(seen.observation.notes.size() == 1);
  CHECK(seen.observation.notes[0].starts_with(kNoteNeedsBox));
  // And is there for the next job.
  const Seen next =
      run(ProcessBackend::sandbox(), R"({"answer": "world"})", "def main(): return 1\n");
  CHECK(next.observation.value == 1);
}

}  // namespace
}  // namespace assay::sandbox::testing
