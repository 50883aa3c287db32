// The border cases of production_readiness where something is asked for again: retries_transient
// and retries_permanent.

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::Observation;
using model::OutcomeKind;
using model::Request;
using std::chrono::milliseconds;

TEST_CASE("retries are judged by the core families, and the rest is a gap") {
  const auto only = [](std::vector<std::string> families) {
    return ready(patient({1000, 2000}, [families](const Case& c) {
      return std::find(families.begin(), families.end(), c.family) != families.end();
    }));
  };
  const auto core = only({"server", "connection"});
  CHECK(verdict(core, "retries_transient") == "observed");
  CHECK(mentions(indicator(core, "retries_transient").gaps, "tried again after 6 of 14"));
  const auto server = only({"server"});
  CHECK(verdict(server, "retries_transient") == "needs_human");
  CHECK(indicator(server, "retries_transient").questions.size() == 1);
  CHECK(verdict(only({"body"}), "retries_transient") == "needs_human");
  CHECK(verdict(only({}), "retries_transient") == "not_observed");
}

TEST_CASE("a kind of failure that decides and never came leaves retries open") {
  for (const char* family : {"server", "connection", "body"}) {
    CAPTURE(family);
    model::Plan without = readiness_plan();
    std::erase_if(without.cases, [&](const Case& c) { return c.family == family; });
    const auto j = judged_by_both(without, patient({1000}, may_pass));
    const bool decides = family != std::string("body");
    CHECK(verdict(j, "retries_transient") == (decides ? "not_exercised" : "observed"));
  }
}

TEST_CASE("who waited for ever had no occasion to try again, and who gave up had") {
  const auto gap = [](const Candidate& candidate) {
    const auto gaps = indicator(ready(candidate), "retries_transient").gaps;
    return gaps.empty() ? std::string() : gaps[0];
  };
  CHECK(gap(ending(OutcomeKind::kVirtualTime, {{0, 0}}, 0)) == "");
  CHECK(gap(ending(OutcomeKind::kReturned, {{0, 10}}, 10))
            .starts_with("tried again after 12 of 14 failures that may pass; not: “Case hang”"));
  CHECK(gap(ending(OutcomeKind::kVirtualTime, {{0, 0}}, 900))
            .starts_with("tried again after 12 of 14"));
  // One that waits for ever in its second try has tried again.
  CHECK(gap(ending(OutcomeKind::kVirtualTime, {{0, 10}, {12, 0}}, 12)) == "");
}

TEST_CASE("requests of the import, and for something else, are no further tries") {
  const auto retries = [](std::function<void(Request&)> change) {
    return ready(
        [=](const Case& c) {
          if (!fails(c)) return patient({}, never)(c);
          std::vector<Request> requests(2, failure(c, milliseconds(0)));
          change(requests[0]);
          return with(sound()(c), requests, milliseconds(10'001));
        },
        "retries_transient");
  };
  CHECK(retries([](Request&) {}) == "observed");
  CHECK(retries([](Request& r) { r.phase = model::Phase::kImport; }) == "not_observed");
  CHECK(retries([](Request& r) { r.target += "?x=1"; }) == "not_observed");
  CHECK(retries([](Request& r) { r.method = "HEAD"; }) == "not_observed");
  CHECK(retries([](Request& r) { r.headers = Json::array(); }) == "not_observed");
  CHECK(retries([](Request& r) { r.headers[0][0] = "AUTHORIZATION"; }) == "observed");
}

TEST_CASE("asking twice for what was answered well is no retry") {
  const auto twice = [](const Case& c) {
    return with(sound()(c), {asked(c, 200, milliseconds(0)), asked(c, 200, milliseconds(5))},
                milliseconds(6));
  };
  const auto j = ready(
      [=](const Case& c) { return c.label == "transient" ? twice(c) : patient({}, never)(c); });
  CHECK(verdict(j, "retries_transient") == "not_observed");
  for (const auto& term : j.overall.rule)
    if (term.id == "T6") CHECK(term.holds == false);
}

static std::optional<bool> holds(const model::Judgement& judged, const std::string& term) {
  for (const auto& seen : judged.overall.rule)
    if (seen.id == term) return seen.holds;
  FAIL("no term " << term);
  return {};
}

/// Asks so often for its one thing; all but the last answer to a failure are failures.
static Candidate asking(
    std::size_t when_well, std::size_t when_not,
    const std::function<void(std::vector<Request>&, const Case&)>& change = {}) {
  return [=](const Case& c) {
    std::vector<Request> requests;
    const std::size_t times = fails(c) ? when_not : when_well;
    for (std::size_t i = 0; i < times; ++i) {
      const milliseconds at(4'000 * i * i);
      requests.push_back(fails(c) && i + 1 < times ? failure(c, at) : asked(c, 200, at));
    }
    if (change) change(requests, c);
    return with(sound()(c), requests, milliseconds(60'000));
  };
}

TEST_CASE("who asks as often where nothing fails is not known to retry, who asks more often is") {
  const auto always_thrice = ready(asking(3, 3));
  CHECK(verdict(always_thrice, "retries_transient") == "needs_human");
  CHECK(indicator(always_thrice, "retries_transient")
            .explanation.find("though nothing had failed before it") != std::string::npos);
  CHECK(holds(always_thrice, "T6") == std::nullopt);
  for (const std::size_t well : {1U, 2U}) {
    CAPTURE(well);
    const auto more_often = ready(asking(well, 3));
    CHECK(verdict(more_often, "retries_transient") == "observed");
    CHECK(holds(more_often, "T6") == true);
  }
  CHECK(holds(ready(asking(3, 1)), "T6") == false);
}

TEST_CASE("what is asked for where all is well counts by the thing, however it is read") {
  // A failure of something else is no reason to ask for this again.
  const auto beside = asking(3, 3, [](std::vector<Request>& requests, const Case& c) {
    if (fails(c)) return;
    requests.push_back(asked(c, 404, milliseconds(50'000)));
    requests.back().target = "/v1/nothing";
  });
  CHECK(verdict(ready(beside), "retries_transient") == "needs_human");
  const auto unread = asking(3, 3, [](std::vector<Request>& requests, const Case& c) {
    if (fails(c)) return;
    for (Request& request : requests) request.end = model::WireEnd::kClientClosed;
  });
  CHECK(verdict(ready(unread), "retries_transient") == "needs_human");
  // What was spoilt on purpose is no failure that the next one answers.
  const auto spoilt = asking(3, 3, [](std::vector<Request>& requests, const Case& c) {
    if (fails(c)) return;
    requests[0] = asked(c, 417, milliseconds(0));
    requests[1].status.reset();
  });
  CHECK(verdict(ready(spoilt), "retries_transient") == "needs_human");
  // Another operation that is asked for twice tells nothing of this one.
  const auto table_twice = asking(1, 2, [](std::vector<Request>& requests, const Case& c) {
    for (int i = 0; i < 2; ++i) {
      requests.push_back(asked(c, 200, milliseconds(50'000 + i)));
      requests.back().operation = "tables.get";
      requests.back().target = "/v1/tables/orders";
    }
  });
  CHECK(verdict(ready(table_twice), "retries_transient") == "observed");
  // Three things, each of them once.
  const auto three = asking(3, 3, [](std::vector<Request>& requests, const Case& c) {
    if (fails(c)) return;
    for (std::size_t i = 0; i < requests.size(); ++i) requests[i].target += "/" + std::to_string(i);
  });
  CHECK(verdict(ready(three), "retries_transient") == "observed");
}

TEST_CASE("who waits for rows that are still coming in is known to retry as well") {
  const auto waits_for_rows = asking(1, 3, [](std::vector<Request>& requests, const Case& c) {
    if (c.label != "low_volume") return;
    for (int i = 1; i < 5; ++i) requests.push_back(asked(c, 200, milliseconds(60'000 * i)));
  });
  CHECK(verdict(ready(waits_for_rows), "retries_transient") == "observed");
}

/// Who asks twice where things may pass, the first time for an answer with this fault.
static std::string asking_twice(const std::string& fault, int status = 200, bool over = true) {
  return ready(
      [=](const Case& c) {
        if (c.label != "transient" && c.label != "api_failure") return patient({}, never)(c);
        std::vector<Request> requests(2, asked(c, status, milliseconds(0), fault));
        if (!over) requests[0].ended_at.reset();
        return with(sound()(c), requests, milliseconds(6));
      },
      "retries_transient");
}

TEST_CASE("an answer that is late, slow or under a false name is good, and no other fault is") {
  for (const char* good : {"latency", "wrong_content_type", "slow_drip",
                           "latency + wrong_content_type", "latency + slow_drip"})
    CHECK_MESSAGE(asking_twice(good) == "not_exercised", good);
  for (const char* bad : {"malformed_json", "latency + malformed_json", "value + latency",
                          "truncated_body", "slow_drip + truncated_body"})
    CHECK_MESSAGE(asking_twice(bad) == "observed", bad);
  for (const int status : {199, 300, 503}) CHECK(asking_twice("", status) == "observed");
  CHECK(asking_twice("", 299) == "not_exercised");
  CHECK(asking_twice("slow_drip", 200, false) == "observed");  // it never ended
}

TEST_CASE("hops of a redirect, and a request with a new token, are no further tries") {
  const auto hops = but_in("auth", [](const Case& c) {
    std::vector<Request> requests(5, asked(c, 307, milliseconds(0), "redirect"));
    return with(sound()(c), requests, milliseconds(1));
  });
  CHECK(ready(hops, "retries_permanent") == "not_exercised");
  CHECK(ready(combined("redirect", "latency + redirect", hops), "retries_permanent") ==
        "not_exercised");
  const auto refreshed = [](const Case& c) {
    std::vector<Request> requests(2, asked(c, 401, milliseconds(0), "auth_expired"));
    requests[1].headers = Json::array({Json::array({"authorization", "sha256:bb"})});
    return with(sound()(c), requests, milliseconds(1));
  };
  CHECK(ready(but_in("auth", refreshed), "retries_permanent") == "not_observed");
}

TEST_CASE("what was refused for good and asked for again is told, and polling a day is a note") {
  CHECK(ready(patient({1000}, fails), "retries_permanent") == "observed");
  const auto polls = [](const Case& c) {
    if (c.label != "missing_data") return patient({1000, 2000}, may_pass)(c);
    return with(sound()(c), {asked(c, 404, milliseconds(0)), asked(c, 404, milliseconds(60'000))},
                milliseconds(60'001));
  };
  const auto j = ready(polls);
  CHECK(verdict(j, "retries_permanent") == "not_observed");
  CHECK(mentions(indicator(j, "retries_permanent").notes, "may yet come"));
  const auto once = ready(patient({1000, 2000}, may_pass));
  CHECK(indicator(once, "retries_permanent").notes.empty());
  CHECK(indicator(ready(patient({1000}, fails)), "retries_permanent")
            .explanation.find("was asked for again after the refusal, once") != std::string::npos);
}

TEST_CASE("a try before the refusal is none in vain") {
  const auto answered = [](std::vector<int> statuses) {
    return but_in(
        "auth",
        [=](const Case& c) {
          std::vector<Request> requests;
          for (const int status : statuses)
            requests.push_back(
                asked(c, status, milliseconds(1000 * requests.size()), "http_error"));
          return with(sound()(c), requests, milliseconds(10'000));
        },
        patient({1000}, may_pass));
  };
  CHECK(ready(answered({503, 503, 401}), "retries_permanent") == "not_observed");
  CHECK(ready(answered({503, 401, 401}), "retries_permanent") == "observed");
  CHECK(ready(answered({429, 401}), "retries_permanent") == "not_observed");
  // Who gave up before was refused nothing for good.
  CHECK(ready(answered({503}), "retries_permanent") == "not_exercised");
}

}  // namespace assay::evidence::testing
