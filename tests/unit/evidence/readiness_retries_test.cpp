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

TEST_CASE("who asks as often where nothing fails is not known to retry, who asks more often is") {
  const auto asking = [](std::size_t when_well, std::size_t when_not) {
    return ready([=](const Case& c) {
      std::vector<Request> requests;
      const std::size_t times = fails(c) ? when_not : when_well;
      for (std::size_t i = 0; i < times; ++i) {
        const milliseconds at(4'000 * i * i);
        requests.push_back(fails(c) && i + 1 < times ? failure(c, at) : asked(c, 200, at));
      }
      return with(sound()(c), requests, milliseconds(60'000));
    });
  };
  const auto always_thrice = asking(3, 3);
  CHECK(verdict(always_thrice, "retries_transient") == "needs_human");
  CHECK(indicator(always_thrice, "retries_transient").explanation.find("where nothing failed") !=
        std::string::npos);
  CHECK(verdict(asking(2, 3), "retries_transient") == "observed");
  CHECK(verdict(asking(1, 2), "retries_transient") == "observed");
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
