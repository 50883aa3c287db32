// The border cases of production_readiness where a wait has a limit: sets_timeout and
// bounds_total_wait, beside those of readiness_test.cpp.

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::OutcomeKind;
using model::Request;
using model::WireEnd;
using std::chrono::milliseconds;

// ---- sets_timeout

TEST_CASE("a wait that the case cut short has a timeout only where a longer one was given up") {
  const auto last_held_s = [](int seconds) {
    return ready(ending(OutcomeKind::kVirtualTime, {{0, 10}, {20, 3}, {900 - seconds, 0}}, 900),
                 "sets_timeout");
  };
  CHECK(last_held_s(9) == "observed");
  CHECK(last_held_s(10) == "not_observed");  // by then the first one was given up
  CHECK(last_held_s(11) == "not_observed");
  // Any limit of time may fall into such a wait; another end of the case says nothing of it.
  for (const auto kind : {OutcomeKind::kWallTime, OutcomeKind::kCpuTime})
    CHECK(ready(ending(kind, {{0, 10}, {20, 0}}, 25), "sets_timeout") == "observed");
  CHECK(ready(ending(OutcomeKind::kMemory, {{0, 10}, {20, 0}}, 25), "sets_timeout") ==
        "not_observed");
}

TEST_CASE("what tells of timeouts is cited, and how long the longest wait was") {
  const auto fine = ready(ending(OutcomeKind::kReturned, {{0, 10}, {11, 30}}, 41));
  CHECK(cited(fine, "sets_timeout") == "hang hang~twin ");
  CHECK(indicator(fine, "sets_timeout").explanation.find("after 30 s at the latest") !=
        std::string::npos);
  const auto waiting_in = [](const std::string& id) {
    return ready([=](const Case& c) {
      return (c.id == id ? ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900)
                         : ending(OutcomeKind::kReturned, {{0, 10}}, 10))(c);
    });
  };
  CHECK(cited(waiting_in("hang"), "sets_timeout") == "hang ");
  const auto held = waiting_in("hang~twin");
  CHECK(verdict(held, "sets_timeout") == "not_observed");
  CHECK(cited(held, "sets_timeout") == "hang~twin ");
  CHECK(indicator(held, "sets_timeout").explanation ==
        "“Case hang~twin” was waited for without an end.");
  CHECK(cited(ready(ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900)), "sets_timeout") ==
        "hang hang~twin ");
  CHECK(indicator(fine, "sets_timeout").notes.empty());
  // One closed and one not: it was given up.
  CHECK(indicator(ready(ending(OutcomeKind::kReturned, {{0, 10}, {11, 0}}, 20)), "sets_timeout")
            .notes.empty());
}

// ---- bounds_total_wait

TEST_CASE("the bounds themselves are within") {
  const auto bounds = [](const Candidate& candidate) {
    return ready(candidate, "bounds_total_wait");
  };
  CHECK(bounds(patient({300'000, 299'999}, may_pass)) == "not_observed");  // hangs take longer
  const auto in_server = [](int pause_ms) {
    return patient({300'000, pause_ms}, [](const Case& c) { return c.family == "server"; });
  };
  CHECK(bounds(in_server(299'999)) == "observed");
  CHECK(bounds(in_server(300'000)) == "not_observed");
  const auto j = ready(patient({1000, 2000, 4000}, may_pass));
  CHECK(indicator(j, "bounds_total_wait").explanation.find("the longest, “Case hang”, took") !=
        std::string::npos);
}

TEST_CASE("what went too far is cited, and nothing beside it") {
  const auto only = [](const std::string& family, std::vector<int> pauses_ms) {
    return ready(patient(std::move(pauses_ms), [=](const Case& c) { return c.family == family; }));
  };
  const auto late = only("server", {300'000, 301'000});
  CHECK(cited(late, "bounds_total_wait") == "server server~twin transient transient~twin ");
  CHECK(indicator(late, "bounds_total_wait").explanation.find("so it was in 3 further cases") !=
        std::string::npos);
  // The longest of those that ended in time, and what was asked for too often.
  CHECK(cited(only("body", std::vector<int>(12, 1)), "bounds_total_wait") ==
        "hang body body~twin ");
}

TEST_CASE("who waits without having asked shows no bound") {
  const Candidate patient_one = patient({1000, 2000}, may_pass);
  const auto idle = [=](const Case& c) {
    return c.id == "server" ? with(sound()(c), {}, milliseconds(700'000)) : patient_one(c);
  };
  CHECK(ready(idle, "bounds_total_wait") == "observed");
}

TEST_CASE("any limit of time is no end, and any end but a limit is one") {
  const auto in_server = [](OutcomeKind kind, int seconds) {
    return ready(but_in("server",
                        [=](const Case& c) {
                          return with(kind == OutcomeKind::kReturned ? sound()(c) : ended(c, kind),
                                      {failure(c, milliseconds(0))}, milliseconds(seconds * 1000));
                        }),
                 "bounds_total_wait");
  };
  for (const auto kind : {OutcomeKind::kVirtualTime, OutcomeKind::kWallTime, OutcomeKind::kCpuTime})
    CHECK(in_server(kind, 5) == "not_observed");
  for (const auto kind : {OutcomeKind::kMemory, OutcomeKind::kSignaled, OutcomeKind::kOutput})
    CHECK(in_server(kind, 700) == "observed");  // crashes say nothing of time
  for (const auto kind : {OutcomeKind::kReturned, OutcomeKind::kExited}) {
    CHECK(in_server(kind, 600) == "observed");
    CHECK(in_server(kind, 601) == "not_observed");
  }
}

TEST_CASE("a hang excuses the function only where it is what held it") {
  const auto bounds = [](const Candidate& candidate) {
    return ready(candidate, "bounds_total_wait");
  };
  CHECK(bounds(ending(OutcomeKind::kReturned, {{0, 0}}, 700)) == "not_observed");
  const auto after = [](const std::string& fault) {
    return but_in("hang", [=](const Case& c) {
      std::vector<Request> requests{asked(c, 503, milliseconds(0), fault)};
      requests.push_back(hung(c, milliseconds(1000), milliseconds(0)));
      return with(ended(c, OutcomeKind::kVirtualTime), requests, milliseconds(900'000));
    });
  };
  CHECK(bounds(after("http_error")) == "observed");
  CHECK(bounds(ending(OutcomeKind::kVirtualTime, {{0, 10}, {20, 0}}, 900)) == "not_observed");
}

/// What is shown by an answer in drips, over at `over_s` (never: 0), in a case that takes `case_s`.
static model::Judgement dripping(int over_s, int case_s, OutcomeKind kind, WireEnd end,
                                 const Candidate& otherwise = patient({1000, 2000}, may_pass)) {
  model::Plan p = readiness_plan();
  Case drips = p.cases.front();
  drips.id = "drips";
  drips.label = "dripping";
  p.cases.push_back(drips);
  return judged_by_both(p, [=](const Case& c) {
    if (c.id != "drips") return otherwise(c);
    Request r = asked(c, 200, milliseconds(0), "slow_drip");
    r.end = end;
    r.ended_at.reset();
    if (over_s > 0) r.ended_at = milliseconds(over_s * 1000);
    const bool returns = kind == OutcomeKind::kReturned;
    return with(returns ? sound()(c) : ended(c, kind), {r}, milliseconds(case_s * 1000));
  });
}

TEST_CASE("an answer in drips that nobody gave up is a gap, and decides nothing") {
  const auto idle = dripping(0, 900, OutcomeKind::kVirtualTime, WireEnd::kOpen);
  CHECK(verdict(idle, "bounds_total_wait") == "observed");
  CHECK(mentions(indicator(idle, "bounds_total_wait").gaps, "asked for 1 time in 900 s"));
  CHECK(mentions(indicator(idle, "bounds_total_wait").gaps, "there was no end to it"));
  CHECK(indicator(idle, "bounds_total_wait")
            .explanation.starts_with("Where most clients have a bound it came to an end: "));
  CHECK(verdict(idle, "sets_timeout") == "observed");
  bool told = false;
  for (const model::Fact& fact : idle.evidence)
    told = told || fact.statement.find("answered in drips and was open") != std::string::npos;
  CHECK(told);
  const auto sat_out = dripping(601, 601, OutcomeKind::kReturned, WireEnd::kFin);
  CHECK(mentions(indicator(sat_out, "bounds_total_wait").gaps, "in 601 s"));
  const auto alone = dripping(0, 900, OutcomeKind::kVirtualTime, WireEnd::kOpen,
                              patient(std::vector<int>(12, 1000), may_pass));
  CHECK(verdict(alone, "bounds_total_wait") == "not_observed");
  CHECK(indicator(alone, "bounds_total_wait").gaps.empty());
}

TEST_CASE("an answer in drips that a deadline ended, or that came in time, is no gap") {
  const auto gaps = [](const model::Judgement& j) {
    CHECK(verdict(j, "bounds_total_wait") == "observed");
    return indicator(j, "bounds_total_wait").gaps.size();
  };
  const auto given_up = dripping(30, 31, OutcomeKind::kReturned, WireEnd::kClientClosed);
  CHECK(gaps(given_up) == 0);
  CHECK(indicator(given_up, "bounds_total_wait").terms.size() == 3);
  CHECK(gaps(dripping(600, 600, OutcomeKind::kReturned, WireEnd::kClientClosed)) == 0);
  // Answered, and so no sign of a bound.
  const auto answered = dripping(30, 31, OutcomeKind::kReturned, WireEnd::kFin);
  CHECK(gaps(answered) == 0);
  CHECK(indicator(answered, "bounds_total_wait").terms.size() == 2);
  const auto just = dripping(600, 600, OutcomeKind::kReturned, WireEnd::kFin);
  CHECK(indicator(just, "bounds_total_wait").terms.size() == 2);
}

}  // namespace assay::evidence::testing
