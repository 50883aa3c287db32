// The border cases of production_readiness where pauses between tries decide: backs_off and
// honours_retry_after.

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;
using model::Observation;
using model::Request;
using std::chrono::milliseconds;

// ---- backs_off

TEST_CASE("pauses grow, stay, or are none") {
  const auto backs_off = [](std::vector<int> pauses) {
    return ready(patient(std::move(pauses), may_pass), "backs_off");
  };
  CHECK(backs_off({1000, 2000, 4000}) == "observed");
  CHECK(backs_off({5000, 6000}) == "observed");
  CHECK(backs_off({0, 2000, 4000}) == "observed");     // a first try at once is usual
  CHECK(backs_off({1000, 5000, 5000}) == "observed");  // up to a bound
  CHECK(backs_off({2000, 2000}) == "not_observed");
  CHECK(backs_off({4000, 1000}) == "not_observed");
  CHECK(backs_off({0, 0, 0}) == "not_observed");
  CHECK(backs_off({0}) == "not_observed");
  CHECK(backs_off({1000}) == "not_exercised");
}

TEST_CASE("a pause of 50 ms is one, and so much is growth") {
  const auto backs_off = [](std::vector<int> pauses) {
    return ready(patient(std::move(pauses), may_pass), "backs_off");
  };
  CHECK(backs_off({50}) == "not_exercised");
  CHECK(backs_off({49}) == "not_observed");
  CHECK(backs_off({1000, 1050}) == "observed");
  CHECK(backs_off({1000, 1049}) == "not_observed");
  CHECK(backs_off({0, 60, 50}) == "observed");
  CHECK(backs_off({0, 60, 49}) == "not_observed");
}

TEST_CASE("why nothing is known of pauses is told") {
  const auto backs_off = [](std::vector<int> pauses) {
    return indicator(ready(patient(std::move(pauses), may_pass)), "backs_off");
  };
  const auto none = backs_off({}), one = backs_off({1000});
  CHECK(none.explanation ==
        "Nothing was asked for again where the pause was the function's own choice.");
  CHECK(one.explanation == "There was never more than one further try, so no pause could grow.");
  const auto holds = [](const model::Indicator& i) {
    std::vector<std::optional<bool>> each;
    for (const model::Term& term : i.terms) each.push_back(term.holds);
    return each;
  };
  using Each = std::vector<std::optional<bool>>;
  CHECK(holds(none) == Each{std::nullopt, std::nullopt});
  CHECK(holds(one) == Each{true, std::nullopt});
  CHECK(holds(backs_off({1000, 2000})) == Each{true, true});
}

TEST_CASE("between half as much again and a tenth more a person decides") {
  const auto backs_off = [](int last) {
    return ready(patient({1000, 500, last}, may_pass), "backs_off");
  };
  CHECK(backs_off(1500) == "observed");
  CHECK(backs_off(1499) == "needs_human");
  CHECK(backs_off(1101) == "needs_human");
  CHECK(backs_off(1100) == "not_observed");
}

TEST_CASE("tries behind a request that was given up, and those that overlap, have no pause") {
  const auto of_hangs = [](const Case& c) { return c.family == "hang"; };
  CHECK(ready(patient({1000, 2000}, of_hangs), "backs_off") == "not_exercised");
  const auto overlaps = [](const Case& c) {
    auto o = patient({1000}, may_pass)(c);
    if (fails(c) && o.requests.size() > 1) o.requests[0].ended_at = milliseconds(60'000);
    return o;
  };
  CHECK(ready(overlaps, "backs_off") == "not_observed");
}

TEST_CASE("of several things the one that was tried most often shows the pauses, or the first") {
  const auto tries_two = [](std::vector<int> first_ms, std::vector<int> second_ms) {
    const auto second = patient(second_ms, may_pass);
    const auto one = patient(first_ms, may_pass);
    return ready(
        [=](const Case& c) {
          auto o = one(c);
          if (!fails(c)) return o;
          for (Request r : second(c).requests) {
            r.target += "?x=1";
            o.requests.push_back(r);
          }
          return with(o, o.requests, milliseconds(60'000));
        },
        "backs_off");
  };
  CHECK(tries_two({2000, 2000, 2000}, {1000, 4000}) == "not_observed");
  CHECK(tries_two({2000, 2000}, {1000, 2000, 4000}) == "observed");
  CHECK(tries_two({1000, 4000}, {2000, 2000}) == "observed");
}

TEST_CASE("random pauses are judged over all cases, and by a person where that tells nothing") {
  const auto random = [](int odd_last, int even_last) {
    const auto odd = patient({2000, odd_last}, may_pass);
    const auto even = patient({1000, even_last}, may_pass);
    return ready([=](const Case& c) { return c.id.ends_with("~twin") ? odd(c) : even(c); },
                 "backs_off");
  };
  CHECK(random(1900, 4000) == "observed");      // one case shrinks, all together grow
  CHECK(random(1900, 1050) == "not_observed");  // none of it is growth
  CHECK(random(1900, 1900) == "needs_human");
}

TEST_CASE("pauses that an answer asked for are not the function's own") {
  const auto told = [](const Case& c) {
    auto o = patient({30'000, 30'000}, may_pass)(c);
    if (fails(c))
      for (Request& r : o.requests) r.retry_after = "30";
    return o;
  };
  CHECK(ready(told, "backs_off") == "not_exercised");
  CHECK(ready(told, "honours_retry_after") == "observed");
}

// ---- honours_retry_after

static Candidate asked_to_wait(const std::string& seconds_form, const std::string& date_form,
                               int pause_ms) {
  return but_in("rate", [=](const Case& c) {
    std::vector<Request> requests(2, asked(c, 429, milliseconds(500), "rate_limited"));
    for (Request& r : requests) r.retry_after = c.id == "rate" ? seconds_form : date_form;
    requests[1].at += milliseconds(pause_ms);
    requests[1].ended_at = requests[1].at;
    return with(sound()(c), requests, milliseconds(pause_ms + 501));
  });
}

TEST_CASE("a further try comes no earlier than Retry-After asked for") {
  const auto honours = [](const Candidate& candidate) {
    return ready(candidate, "honours_retry_after");
  };
  CHECK(honours(asked_to_wait("30", "", 30'000)) == "observed");
  CHECK(honours(asked_to_wait("30", "", 45'000)) == "observed");
  CHECK(honours(asked_to_wait("30", "", 29'000)) == "not_observed");
  CHECK(honours(asked_to_wait("soon", "-5", 0)) == "not_exercised");
  CHECK(honours(but_in("rate", patient({}, never))) == "not_exercised");
}

TEST_CASE("the form with a date is a gap beside the one in seconds, and decides alone") {
  const std::string date = "Sat, 14 Mar 2026 06:00:45 GMT";  // 44.5 s off when it is answered
  const auto both = ready(asked_to_wait("30", date, 31'000));
  CHECK(verdict(both, "honours_retry_after") == "observed");
  CHECK(mentions(indicator(both, "honours_retry_after").gaps, "by a date"));
  CHECK(ready(asked_to_wait("", date, 31'000), "honours_retry_after") == "not_observed");
  CHECK(ready(asked_to_wait("", date, 44'000), "honours_retry_after") == "observed");
  CHECK(mentions(indicator(both, "honours_retry_after").notes, "a wish of Assay's own"));
}

TEST_CASE("a try may be 50 ms early, and by a date a second") {
  const std::string date = "Sat, 14 Mar 2026 06:00:45 GMT";
  CHECK(ready(asked_to_wait("30", "", 29'950), "honours_retry_after") == "observed");
  CHECK(ready(asked_to_wait("30", "", 29'949), "honours_retry_after") == "not_observed");
  CHECK(ready(asked_to_wait("", date, 43'500), "honours_retry_after") == "observed");
  CHECK(ready(asked_to_wait("", date, 43'499), "honours_retry_after") == "not_observed");
}

TEST_CASE("Retry-After asks for whole seconds from none to a year, or until a date") {
  const auto honours = [](const std::string& text) {
    return ready(asked_to_wait(text, "", 1000), "honours_retry_after");
  };
  CHECK(honours("0") == "observed");
  CHECK(honours("1") == "observed");
  CHECK(honours("2") == "not_observed");
  CHECK(honours("31622400") == "not_observed");
  CHECK(honours("31622401") == "not_exercised");
  CHECK(honours("-1") == "not_exercised");
  CHECK(honours("2 s") == "not_exercised");
  CHECK(honours("Fri, 13 Mar 2026 06:00:00 GMT") == "observed");  // a date that is over
}

TEST_CASE("the tries that came too early are what tells, and the first of them is told") {
  const auto early_in = [](const std::string& one, const std::string& two) {
    return ready([=](const Case& c) {
      return asked_to_wait("30", "30", c.id == one || c.id == two ? 29'000 : 30'000)(c);
    });
  };
  CHECK(cited(early_in("", ""), "honours_retry_after") == "rate ");
  CHECK(cited(early_in("rate", ""), "honours_retry_after") == "rate ");
  CHECK(cited(early_in("rate-date", ""), "honours_retry_after") == "rate-date ");
  const auto both = early_in("rate", "rate-date");
  CHECK(cited(both, "honours_retry_after") == "rate rate-date ");
  CHECK(indicator(both, "honours_retry_after").explanation ==
        "“Case rate” was asked for again after 29 s, where the answer asked for 30 s.");
}

TEST_CASE("a wait that was asked for and needed by nobody is told from one that nobody asked for") {
  const auto says = [](const Candidate& candidate) {
    return indicator(ready(candidate), "honours_retry_after").explanation;
  };
  const auto once = but_in("rate", [](const Case& c) {
    Request r = asked(c, 429, milliseconds(0), "rate_limited");
    r.retry_after = "30";
    return with(sound()(c), {r}, milliseconds(1));
  });
  CHECK(says(once) == "Nothing was asked for again after an answer that said how long to wait.");
  CHECK(says(patient({1000}, may_pass)) == "No answer said how long to wait.");
}

}  // namespace assay::evidence::testing
