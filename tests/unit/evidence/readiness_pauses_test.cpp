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

}  // namespace assay::evidence::testing
