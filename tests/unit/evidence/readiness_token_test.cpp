// Whether the token comes out in what a function gives back.

#include <doctest/doctest.h>

#include "tests/unit/evidence/journal.h"

namespace assay::evidence::testing {

using model::Case;

TEST_CASE("a token is told by any text that is given back") {
  const auto told = [](std::function<void(Json&)> change) {
    return ready(
        [=](const Case& c) {
          auto o = patient({}, never)(c);
          if (c.family == "server") change(o.value);
          return o;
        },
        "leaks_token");
  };
  CHECK(told([](Json& v) { v["message"] = "sent Bearer " + kToken; }) == "observed");
  CHECK(told([](Json& v) {
          v["debug"] = {{"headers", {{"Authorization", kToken}}}};
        }) == "observed");
  CHECK(told([](Json& v) { v["message"] = "sent Bearer wh_…"; }) == "not_observed");
  CHECK(told([](Json& v) { v["message"] = "ok"; }) == "not_observed");  // a value too short to tell
  const auto raises = but_in("server", [](const Case& c) {
    auto o = raised(c, "solution.Down", true);
    o.outcome.exception->message = "401 for " + kToken;
    return o;
  });
  CHECK(ready(raises, "leaks_token") == "observed");
}

TEST_CASE("a text of eight letters may be a token, and a shorter one is chance") {
  const auto told = [](const std::string& token) {
    model::Plan p = readiness_plan();
    p.environment["WAREHOUSE_TOKEN"] = token;
    return verdict(
        judged_by_both(p, changed([=](const Case&, Json& r) { r["message"] = "sent " + token; })),
        "leaks_token");
  };
  CHECK(told("12345678") == "observed");
  CHECK(told("1234567") == "not_observed");
  CHECK(told("a\"b\\c\nde") == "observed");  // as JSON writes it
}

TEST_CASE("a token on stdout is a note, and no text at all tells nothing") {
  const auto prints = [](const Case& c) {
    auto o = patient({}, never)(c);
    o.err.text = "DEBUG " + kToken;
    return o;
  };
  const auto j = ready(prints);
  CHECK(verdict(j, "leaks_token") == "not_observed");
  CHECK(mentions(indicator(j, "leaks_token").notes, "was printed"));
  CHECK(ready([](const Case& c) { return returned(c, true); }, "leaks_token") == "not_exercised");
}

}  // namespace assay::evidence::testing
