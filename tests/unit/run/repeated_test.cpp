#include "harness/run/repeated.h"

#include <doctest/doctest.h>

namespace assay::run {
namespace {

using namespace std::chrono_literals;
using model::Observation;
using model::OutcomeKind;

Observation returned(Json value) {
  Observation seen;
  seen.case_id = "missing";
  seen.outcome.kind = OutcomeKind::kReturned;
  seen.value = std::move(value);
  seen.has_value = true;
  return seen;
}

Observation raised(const std::string& type, const std::string& message) {
  Observation seen;
  seen.case_id = "missing";
  seen.outcome.kind = OutcomeKind::kRaised;
  seen.outcome.exception.emplace();
  seen.outcome.exception->types = {type, "Exception"};
  seen.outcome.exception->message = message;
  return seen;
}

Observation asked(const std::vector<std::string>& targets) {
  Observation seen = returned("ok");
  for (const std::string& target : targets) {
    model::Request request;
    request.seq = static_cast<int>(seen.requests.size()) + 1;
    request.method = "GET";
    request.target = target;
    request.status = 200;
    seen.requests.push_back(request);
  }
  return seen;
}

Observation wrote(const std::string& out, const std::string& err = "") {
  Observation seen = returned("ok");
  seen.out.text = out;
  seen.err.text = err;
  return seen;
}

std::optional<model::VaryingCase> compared(const std::vector<Observation>& runs) {
  std::vector<const Observation*> pointers;
  for (const Observation& run : runs) pointers.push_back(&run);
  return how_it_varies(pointers);
}

/// "value: run 1 returned 'a', run 3 returned 'b'"; empty where nothing varies.
std::string told(const std::vector<Observation>& runs) {
  const auto varying = compared(runs);
  if (!varying) return "";
  std::string text;
  for (const std::string& part : varying->in) text += (text.empty() ? "" : " ") + part;
  for (std::size_t i = 0; i < varying->examples.size(); ++i)
    text += (i == 0 ? ": run " : ", run ") + std::to_string(varying->examples[i].run) + " " +
            varying->examples[i].words;
  return text;
}

TEST_CASE("runs that did the same do not vary") {
  CHECK(told({}).empty());
  CHECK(told({returned("a")}).empty());
  CHECK(told({returned("a"), returned("a"), returned("a")}).empty());
  CHECK(told({asked({"/a", "/b"}), asked({"/a", "/b"})}).empty());
  CHECK(told({raised("KeyError", "'x'"), raised("KeyError", "'x'")}).empty());
}

TEST_CASE("a value that is another one is told with the first run that gave it") {
  CHECK(told({returned({{"status", "ok"}}), returned({{"status", "ok"}}), returned("low")}) ==
        "value: run 1 returned {'status': 'ok'}, run 3 returned 'low'");
  const auto varying = compared({returned(1), returned(2), returned(1), returned(3)});
  REQUIRE(varying);
  CHECK(varying->case_id == "missing");
  CHECK(varying->runs == std::vector<int>{2, 4});
}

TEST_CASE("an outcome is told by its exception, its exit code, its signal or its limit") {
  CHECK(told({returned("a"), raised("KeyError", "'x'")}) ==
        "outcome: run 1 returned 'a', run 2 raised KeyError: 'x'");
  CHECK(told({raised("KeyError", "'x'"), raised("KeyError", "'y'")}) ==
        "outcome: run 1 raised KeyError: 'x', run 2 raised KeyError: 'y'");
  Observation left = returned("a"), killed = left, late = left;
  left.has_value = killed.has_value = late.has_value = false;
  left.outcome = {.kind = OutcomeKind::kExited, .exit_code = 3};
  killed.outcome = {.kind = OutcomeKind::kSignaled, .signal = 11};
  late.outcome = {.kind = OutcomeKind::kVirtualTime};
  CHECK(told({left, killed}) == "outcome: run 1 exited with code 3, run 2 was ended by signal 11");
  CHECK(told({returned("a"), late}) ==
        "outcome: run 1 returned 'a', run 2 ended by its limit of virtual time");
}

TEST_CASE("requests are told by the first that is another one, or by their number") {
  CHECK(told({asked({"/a", "/b"}), asked({"/b", "/a"})}) ==
        "requests: run 1 sent as request 1 GET /a, answered with 200, run 2 sent as request 1 GET "
        "/b, answered with 200");
  CHECK(told({asked({"/a"}), asked({"/a", "/b"})}) ==
        "requests: run 1 sent 1 request, run 2 sent as request 2 GET /b, answered with 200");
}

TEST_CASE("when a request came, and on which connection, is no difference") {
  Observation later = asked({"/a"});
  later.requests[0].at = 5s;
  later.requests[0].gap = 1s;
  later.requests[0].connection = 7;
  CHECK(told({asked({"/a"}), later}).empty());
}

TEST_CASE("output is told by its first line that is another one") {
  CHECK(told({wrote("begin\na first\nend\n"), wrote("begin\nb first\nend\n")}) ==
        "output: run 1 wrote \"a first\" to stdout, run 2 wrote \"b first\" to stdout");
  CHECK(told({wrote("", "odd\n"), wrote("")}) ==
        "output: run 1 wrote \"odd\" to stderr, run 2 wrote no such line to stderr");
}

TEST_CASE("time is told where it is more than looks at the clock can make") {
  Observation soon = returned("ok"), later = soon, late = soon;
  soon.virtual_time = 1s;
  later.virtual_time = soon.virtual_time + kSameTime - 1ns;
  late.virtual_time = 61s + 5ms;
  CHECK(told({soon, later}).empty());
  CHECK(told({soon, late}) == "time: run 1 took 1.000 s, run 2 took 61.005 s");
  soon.notes = {"real_time: a child process was started"};
  CHECK(told({soon, late}).empty());
}

TEST_CASE("all that varies is named, the most telling first, with examples of that") {
  Observation other = asked({"/b"});
  other.value = "low";
  other.out.text = "low";
  CHECK(told({asked({"/a"}), other}) ==
        "value requests output: run 1 returned 'ok', run 2 returned 'low'");
}

TEST_CASE("an address and the order of a dict's keys are no difference") {
  CHECK(told({raised("E", "<X at 0x7ffff7a1b2c0>"), raised("E", "<X at 0x7ffff7b00000>")}).empty());
  CHECK(told({wrote("<X at 0x7ffff7a1b2c0>"), wrote("<X at 0x7ffff7b00000>")}).empty());
  CHECK_FALSE(told({wrote("0x1f"), wrote("0x2f")}).empty());
  CHECK(told({returned({{"a", 1}, {"b", 2}}), returned({{"b", 2}, {"a", 1}})}).empty());
  const auto dict = [](Json items) {
    return returned({{"$type", "dict"}, {"class", ""}, {"items", std::move(items)}});
  };
  CHECK(told({dict({{1, "x"}, {2, "y"}}), dict({{2, "y"}, {1, "x"}})}).empty());
  CHECK_FALSE(told({dict({{1, "x"}, {2, "y"}}), dict({{2, "x"}, {1, "y"}})}).empty());
  CHECK_FALSE(told({returned({1, 2}), returned({2, 1})}).empty());
}

TEST_CASE("what is quoted is on one line and bounded") {
  const std::string words = told({returned(std::string(5000, 'a')), returned("b\n\x1b")});
  CHECK(words.size() < 3 * kMaxQuoted);
  CHECK(words.find('\n') == std::string::npos);
}

TEST_CASE("a run that the harness failed in is compared with nothing, and told as lost") {
  Observation fault = returned("x");
  fault.outcome = {.kind = OutcomeKind::kHarnessFault};
  CHECK(told({returned("a"), fault, returned("a")}).empty());
  CHECK(told({fault, returned("a")}).empty());
  model::Repeated repeated;
  add_repeated({returned("a"), returned("a")}, {{fault, returned("b")}}, true, repeated);
  REQUIRE(repeated.lost.size() == 1);
  CHECK(repeated.lost[0].run == 2);
  REQUIRE(repeated.cases.size() == 1);
  CHECK(repeated.cases[0].of_draft);
}

TEST_CASE("what goes by the machine and differs is not compared, and not said to vary") {
  const auto noted = [](const char* value, const char* note) {
    Observation seen = returned(value);
    if (*note != 0) seen.notes = {note};
    return seen;
  };
  for (const char* note : {"real_time", "order_not_fixed", "outside_virtual_time"}) {
    model::Repeated repeated;
    const std::string words = std::string(note) + ": a reason";
    add_repeated({noted("a", ""), returned("a")}, {{noted("b", words.c_str()), returned("b")}},
                 false, repeated);
    REQUIRE(repeated.not_compared.size() == 1);
    CHECK(repeated.not_compared[0].why == note);
    CHECK(repeated.cases.size() == 1);
    CHECK(Json(repeated)["not_compared"][0] == Json({{"case", "missing"}, {"why", note}}));
    model::Repeated same;
    add_repeated({noted("a", words.c_str())}, {{noted("a", words.c_str())}}, false, same);
    CHECK(same.not_compared.empty());
    CHECK(same.cases.empty());
  }
  model::Repeated noted_otherwise;
  add_repeated({noted("a", "requests_cut: …")}, {{returned("b")}}, false, noted_otherwise);
  CHECK(noted_otherwise.cases.size() == 1);
}

TEST_CASE("two examples that read the same are told apart") {
  const std::string before(kMaxQuoted, 'x');
  const auto varying = compared({returned(before + "a"), returned(before + "b")});
  REQUIRE(varying);
  CHECK(varying->examples[0].words != varying->examples[1].words);
  CHECK(varying->examples[1].words.ends_with(", which differs in what is not quoted here"));
}

}  // namespace
}  // namespace assay::run
