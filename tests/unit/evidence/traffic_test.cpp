// What a case asked and how it went, as a reader is told it.

#include "harness/evidence/traffic.h"

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::OutcomeKind;
using model::Request;
using std::chrono::milliseconds;

static model::Fact told(std::vector<Request> requests, milliseconds over,
                        OutcomeKind kind = OutcomeKind::kReturned) {
  const Case c = plan().cases.front();
  model::Limits limits;
  limits.virtual_ms = 900'000;
  return fact_of(look_at_traffic(c, with(ended(c, kind), std::move(requests), over), limits), "T");
}

static std::string sentence(std::vector<Request> requests, milliseconds over,
                            OutcomeKind kind = OutcomeKind::kReturned) {
  return told(std::move(requests), over, kind).statement;
}

static Request at(int ms, int status = 503, const std::string& fault = "http_error") {
  return asked(plan().cases.front(), status, milliseconds(ms), fault);
}

/// Open from `ms` on, for so long; 0: to the end.
static Request open_at(int ms, int open_ms) {
  return hung(plan().cases.front(), milliseconds(ms), milliseconds(open_ms));
}

static Request dripped(int ms, int open_ms, model::WireEnd end) {
  Request r = open_at(ms, open_ms);
  r.fault = "slow_drip";
  r.status = 200;
  r.end = end;
  return r;
}

TEST_CASE("how a case ended is told by what ended it") {
  const milliseconds limit(900'000), early(5'000);
  CHECK(sentence({}, early) == "Requests of “T”: none; over after 5 s.");
  for (const auto kind : {OutcomeKind::kRaised, OutcomeKind::kExited, OutcomeKind::kSignaled})
    CHECK(sentence({}, early, kind) == "Requests of “T”: none; over after 5 s.");
  CHECK(sentence({}, limit, OutcomeKind::kVirtualTime) ==
        "Requests of “T”: none; not over after 900 s.");
  for (const auto kind : {OutcomeKind::kWallTime, OutcomeKind::kCpuTime})
    CHECK(sentence({}, early, kind) == "Requests of “T”: none; not over after 5 s.");
  CHECK(sentence({}, early, OutcomeKind::kVirtualTime) ==
        "Requests of “T”: none; it would have waited for ever.");
  for (const auto kind : {OutcomeKind::kMemory, OutcomeKind::kOutput, OutcomeKind::kPolicy})
    CHECK(sentence({}, early, kind) == "Requests of “T”: none; it did not end by itself.");
}

TEST_CASE("tries are told by their pauses, and by their times where a request was given up") {
  CHECK(sentence({at(0)}, milliseconds(0)) == "Requests of “T”: 1; over after 0 s.");
  CHECK(sentence({at(0), at(1000), at(3000)}, milliseconds(3000)) ==
        "Requests of “T”: 3, 2 of them asked again, after 1 s and 2 s; over after 3 s.");
  CHECK(sentence({open_at(0, 10'000), at(12'000), at(13'000)}, milliseconds(13'000)) ==
        "Requests of “T”: 3, 2 of them asked again, at 12 s and 13 s; request 1 got no answer and "
        "was given up after 10 s; over after 13 s.");
}

TEST_CASE("the first wait that an answer asked for is told") {
  Request first = at(0, 429, "rate_limited"), second = at(30'000, 429, "rate_limited");
  first.retry_after = "30";
  second.retry_after = "60";
  CHECK(sentence({first, second}, milliseconds(30'000)) ==
        "Requests of “T”: 2, 1 of them asked again, after 30 s; an answer asked to wait 30 s; over "
        "after 30 s.");
  // One whose answer was never over has asked for nothing.
  first.ended_at.reset();
  CHECK(sentence({first}, milliseconds(30'000)).find("asked to wait") == std::string::npos);
}

TEST_CASE("an answer that did not come, or came in drips, is told by how it ended") {
  using model::WireEnd;
  const auto last = [](Request r, milliseconds over, OutcomeKind kind = OutcomeKind::kReturned) {
    return sentence({at(0), std::move(r)}, over, kind);
  };
  CHECK(last(open_at(500, 2000), milliseconds(2500))
            .find("; request 2 got no answer and was given up after 2 s; over") !=
        std::string::npos);
  CHECK(last(open_at(500, 0), milliseconds(900'000), OutcomeKind::kVirtualTime)
            .find("; request 2 got no answer and was open to the end; not over") !=
        std::string::npos);
  CHECK(last(dripped(500, 2000, WireEnd::kClientClosed), milliseconds(2500))
            .find("; request 2 was answered in drips and was given up after 2 s; over") !=
        std::string::npos);
  CHECK(last(dripped(500, 2000, WireEnd::kFin), milliseconds(2500))
            .find("; request 2 was answered in drips and was over after 2 s; over") !=
        std::string::npos);
  CHECK(last(dripped(500, 0, WireEnd::kOpen), milliseconds(900'000), OutcomeKind::kVirtualTime)
            .find("; request 2 was answered in drips and was open to the end; not over") !=
        std::string::npos);
  CHECK(last(at(500), milliseconds(500)).find("request 2") == std::string::npos);
  // What is still open at the end matters more than what was given up before it.
  CHECK(sentence({open_at(0, 1000), open_at(2000, 0)}, milliseconds(900'000),
                 OutcomeKind::kVirtualTime)
            .find("; request 2 got no answer and was open to the end") != std::string::npos);
}

TEST_CASE("a request is cited for each, up to twelve, and the case where there is none") {
  CHECK(told({}, milliseconds(0)).cites ==
        std::vector{model::Citation::of_case(plan().cases.front().id)});
  CHECK(told(std::vector<Request>(12, at(0)), milliseconds(0)).cites.size() == 12);
  CHECK(told(std::vector<Request>(13, at(0)), milliseconds(0)).cites.size() == 12);
}

}  // namespace assay::evidence::testing
