// The overall anchor, what cannot be graded, and what the harness's own failures do.

#include <doctest/doctest.h>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

using model::Case;
using model::Level;
using model::OutcomeKind;

constexpr Level kAll[] = {Level::kJunior, Level::kMid, Level::kSenior, Level::kPrincipal};

/// "exceeds exceeds meets below": the anchors from junior to principal.
static std::string anchors(const Candidate& candidate, const Json& inspection = separated()) {
  std::string text;
  for (const Level level : kAll)
    text += (text.empty() ? "" : " | ") + anchor(candidate, level, inspection);
  return text;
}

static bool is_failure(const Case& c) { return c.label == "api_failure"; }

static std::optional<bool> term(const model::Judgement& j, const std::string& id) {
  for (const auto& t : j.overall.rule)
    if (t.id == id) return t.holds;
  FAIL("no term " << id);
  return {};
}

TEST_CASE("a sound solution exceeds at every level") {
  CHECK(anchors(sound()) == "exceeds | exceeds | exceeds | exceeds");
}

TEST_CASE("all in one function costs T5 alone") {
  CHECK(anchors(sound(), all_in_one()) == "exceeds | meets | below | below");
}

TEST_CASE("a gap costs a principal's exceeding alone") {
  const auto gap =
      except([](const Case& c) { return c.family == "broken_transfer"; },
             [](const Case& c) { return raised(c, "http.client.IncompleteRead", false); });
  CHECK(anchors(gap) == "exceeds | exceeds | exceeds | meets");
}

TEST_CASE("no retry, no timeout or no bound costs T6 alone") {
  const auto once = except([](const Case& c) { return c.label == "transient"; },
                           [](const Case& c) {
                             auto o = sound()(c);
                             o.requests.resize(1);
                             return o;
                           });
  CHECK(anchors(once) == "exceeds | exceeds | meets | below");
  const auto waits = except([](const Case& c) { return c.family == "hang"; },
                            [](const Case& c) { return ended(c, OutcomeKind::kVirtualTime); });
  CHECK(anchors(waits) == "exceeds | exceeds | meets | below");
  const auto many = except(is_failure, [](const Case& c) {
    auto o = sound()(c);
    while (o.requests.size() < 40) {
      o.requests.push_back(o.requests[0]);
      ++o.requests.back().seq;
    }
    return o;
  });
  CHECK(anchors(many) == "exceeds | exceeds | meets | below");
  const auto slow = except(is_failure, [](const Case& c) {
    auto o = sound()(c);
    o.virtual_time = std::chrono::minutes(12);
    return o;
  });
  CHECK(anchors(slow) == "exceeds | exceeds | meets | below");
}

TEST_CASE("T6 holds up to twelve tries and ten minutes, and no further") {
  const auto at = [](std::size_t requests, std::chrono::milliseconds over) {
    return anchor(except(is_failure,
                         [=](const Case& c) {
                           auto o = sound()(c);
                           o.requests.resize(requests, o.requests[0]);
                           o.virtual_time = over;
                           return o;
                         }),
                  Level::kPrincipal);
  };
  const std::chrono::milliseconds ten_minutes(600'000);
  CHECK(at(12, ten_minutes) == "exceeds");
  CHECK(at(13, ten_minutes) == "below");
  CHECK(at(12, ten_minutes + std::chrono::milliseconds(1)) == "below");
  // A hang that was given up too late, or whose end was no answer, is none.
  const auto exits = except([](const Case& c) { return c.family == "hang"; },
                            [](const Case& c) { return ended(c, OutcomeKind::kExited); });
  CHECK(anchor(exits, Level::kPrincipal) == "below");
}

TEST_CASE("a client that follows redirects in a circle does not retry without a bound") {
  const auto circle = except([](const Case& c) { return c.family == "body"; },
                             [](const Case& c) {
                               auto o = sound()(c);
                               o.requests[0].fault = "redirect";
                               o.requests.resize(31, o.requests[0]);
                               return o;
                             });
  CHECK(anchors(circle) == "exceeds | exceeds | exceeds | exceeds");
}

TEST_CASE("no error handling costs T3, and a junior still meets") {
  const auto naive =
      except(is_failure, [](const Case& c) { return raised(c, "urllib.error.URLError", false); });
  const auto j = judged(naive);
  CHECK(term(j, "T1") == true);  // each fact counts once
  CHECK(term(j, "T2") == false);
  CHECK(term(j, "T3") == false);
  CHECK(anchors(naive) == "below | below | below | below");
}

TEST_CASE("missing and failure merged costs T1, not T1a") {
  const auto merged = worded({{"missing_data", "error"}, {"api_failure", "error"}});
  const auto j = judged(merged);
  CHECK(term(j, "T1") == false);
  CHECK(term(j, "T1a") == true);
  CHECK(anchors(merged) == "meets | below | below | below");
}

TEST_CASE("missing and low merged costs T1a as well") {
  CHECK(anchors(worded({{"missing_data", "low"}})) == "below | below | below | below");
}

TEST_CASE("a hard-coded threshold is below at every level") {
  CHECK(anchors(changed([](const Case& c, Json& record) {
          if (record["status"] == "ok" || record["status"] == "low")
            record["status"] = rows_of(c) < 1000 ? "low" : "ok";
        })) == "below | below | below | below");
}

TEST_CASE("what a person must decide makes the anchor provisional, and lowers nobody") {
  const auto typed =
      except(is_failure, [](const Case& c) { return raised(c, "solution.Down", true); });
  CHECK(anchors(typed) ==
        "meets, provisional | meets, provisional | meets, provisional | meets, provisional");
  const auto j = judged(typed);
  CHECK(j.overall.because.find("T2") != std::string::npos);
  Json beside = all_in_one();
  beside["functions"][0]["reads"] = Json::array();
  CHECK(anchor(sound(), Level::kJunior, beside) == "exceeds");
  CHECK(anchor(sound(), Level::kSenior, beside) == "meets, provisional");
}

TEST_CASE("an open term does not matter where another one fails") {
  const auto typed = [](const Case& c) {
    return is_failure(c) ? raised(c, "solution.Down", true) : worded({{"missing_data", "low"}})(c);
  };
  CHECK(anchor(typed, Level::kMid) == "below");
}

TEST_CASE("the rule shows every term, and which are required") {
  const auto j = judged(sound(), separated(), Level::kSenior);
  std::string required;
  for (const auto& t : j.overall.rule) {
    CHECK_FALSE(t.because.empty());
    if (t.required) required += t.id + " ";
  }
  CHECK(required == "T1 T2 T3 T4 T5 ");
  CHECK(j.overall.rule.size() == 9);
}

// ---- several rubrics

static rubrics::Rubric second_rubric() {
  rubrics::Rubric second = rubric();
  second.id = "second";
  std::erase_if(second.indicators, [](const auto& rule) { return rule.id == "cannot_explain"; });
  return second;
}

static model::Judgement judged_by(const std::vector<rubrics::Rubric>& rubrics,
                                  const Candidate& candidate) {
  const model::Plan cases = plan();
  std::vector<model::Observation> observations;
  for (const Case& c : cases.cases) observations.push_back(candidate(c));
  return judge(exercise(), cases, observations, separated(), rubrics, Level::kMid);
}

TEST_CASE("a fact that two rubrics cite is there once, and ids follow the report's order") {
  rubrics::Rubric reads_else = second_rubric();
  reads_else.id = "third";
  reads_else.reads.date = "";  // facts of a derivation of its own, most of them the same
  const auto candidate = worded({{"missing_data", "low"}});
  const auto one = judged_by({rubric()}, candidate);
  const auto many = judged_by({rubric(), second_rubric(), reads_else}, candidate);
  REQUIRE(many.indicators.size() == one.indicators.size() * 3 - 2);
  CHECK(many.evidence.size() == one.evidence.size());
  CHECK(many.indicators[one.indicators.size()].rubric == "second");
  std::size_t highest = 0;
  for (const auto& i : many.indicators) {
    for (const std::string& id : i.evidence) {
      const std::size_t number = std::stoul(id.substr(1));
      CHECK(number <= highest + 1);
      highest = std::max(highest, number);
    }
    for (const auto& t : i.terms)
      for (const std::string& id : t.evidence)
        highest = std::max(highest, std::size_t{std::stoul(id.substr(1))});
  }
  for (std::size_t k = 0; k < many.evidence.size(); ++k) {
    CHECK(many.evidence[k].id == "e" + std::to_string(k + 1));
    for (std::size_t l = k + 1; l < many.evidence.size(); ++l)
      CHECK_FALSE((many.evidence[k].statement == many.evidence[l].statement &&
                   many.evidence[k].cites == many.evidence[l].cites));
  }
}

TEST_CASE("the first rubric alone gives the anchor") {
  const auto candidate = worded({{"missing_data", "low"}});
  rubrics::Rubric kind = second_rubric();  // asks for nothing that this candidate lacks
  for (auto& [level, rule] : kind.levels) rule = {{"T4"}, {"T4"}};
  CHECK(judged_by({rubric(), kind}, candidate).overall.anchor == model::Anchor::kBelow);
  CHECK(judged_by({kind, rubric()}, candidate).overall.anchor == model::Anchor::kExceeds);
}

// ---- the harness's own failures

TEST_CASE("a harness fault leaves what rests on it undetermined, and lowers nobody") {
  const auto fault = except([](const Case& c) { return c.id == "server"; }, harness_fault);
  const auto j = judged(fault);
  CHECK(verdict(j, "no_api_error_handling") == "undetermined");
  CHECK(verdict(j, "conflates_failures") == "undetermined");
  CHECK(verdict(j, "hardcoded_thresholds") == "not_observed");
  CHECK(verdict(j, "separation") == "observed");
  CHECK(j.overall.anchor == model::Anchor::kMeets);
  CHECK(j.overall.provisional);
}

TEST_CASE("what was seen stays seen beside a harness fault") {
  const auto j = judged([](const Case& c) {
    return c.id == "server" ? harness_fault(c)
                            : worded({{"missing_data", "e"}, {"api_failure", "e"}})(c);
  });
  CHECK(verdict(j, "conflates_failures") == "observed");
}

TEST_CASE("a harness fault in every case is no grading at all") {
  const auto j = judged(harness_fault);
  CHECK_FALSE(j.gradable.ok);
  CHECK(j.overall.anchor == model::Anchor::kNotGradable);
  for (const auto& i : j.indicators) CHECK(i.verdict == model::Verdict::kUndetermined);
}

// ---- not gradable

static void check_not_gradable(const Candidate& candidate, const std::string& piece,
                               const Json& inspection = separated()) {
  const auto j = judged(candidate, inspection);
  CHECK_FALSE(j.gradable.ok);
  CHECK_MESSAGE(j.gradable.reason.find(piece) != std::string::npos, j.gradable.reason);
  CHECK(j.gradable.reason.back() == '?');
  CHECK(j.overall.anchor == model::Anchor::kNotGradable);
  CHECK_FALSE(j.overall.provisional);
  REQUIRE(j.indicators.size() == 8);
  for (const auto& i : j.indicators) {
    CHECK(i.verdict == model::Verdict::kNotExercised);
    CHECK_FALSE(i.explanation.empty());
  }
  for (const auto& t : j.overall.rule) CHECK_FALSE(t.holds.has_value());
}

TEST_CASE("a module that is not there is asked about, and not another file") {
  const auto asked = [](const std::string& type) {
    return judged([=](const Case& c) {
             auto o = unasked(raised(c, type, false));
             o.outcome.exception->during_import = true;
             return o;
           })
        .gradable.reason;
  };
  CHECK(asked("builtins.ModuleNotFoundError")
            .ends_with("or did they use a package that is not given?"));
  CHECK(asked("builtins.SyntaxError")
            .ends_with("Was this the file that the candidate meant to hand in?"));
}

TEST_CASE("a file that cannot be imported is not gradable") {
  check_not_gradable(
      [](const Case& c) {
        auto o = unasked(raised(c, "builtins.SyntaxError", false));
        o.outcome.exception->during_import = true;
        return o;
      },
      "SyntaxError");
}

TEST_CASE("the place of a syntax error is told once, by the path of its file") {
  const auto broken = [](const std::string& file) {
    return [file](const Case& c) {
      auto o = unasked(raised(c, "builtins.SyntaxError", false));
      o.outcome.exception->during_import = true;
      o.outcome.exception->message = "invalid syntax (checks.py, line 10)";
      o.outcome.exception->traceback = {{"solution.py", 1, "<module>"}, {file, 10, "<module>"}};
      return o;
    };
  };
  for (const char* file : {"checks.py", "lib/checks.py"}) {
    CAPTURE(file);
    check_not_gradable(
        broken(file), "SyntaxError: invalid syntax (" + std::string(file) + ", line 10). Was this");
  }
  check_not_gradable(broken("other.py"),
                     "invalid syntax (checks.py, line 10) (other.py, line 10). Was this");
}

TEST_CASE("a missing entry point and a wrong signature are not gradable") {
  check_not_gradable(
      [](const Case& c) { return unasked(raised(c, "assay.EntryPointMissing", false)); },
      "check_pipeline_health cannot be called");
  check_not_gradable(
      [](const Case& c) { return unasked(raised(c, "assay.EntryPointSignature", false)); },
      "arguments");
}

TEST_CASE("who asked the warehouse and claims not to have been called is graded all the same") {
  for (const char* claim : {"assay.EntryPointMissing", "assay.EntryPointSignature"}) {
    CAPTURE(claim);
    const model::Judgement j =
        judged([&](const Case& c) { return raised(c, claim, /*own_raise=*/false); });
    CHECK(j.gradable.ok);
    CHECK(j.overall.anchor == model::Anchor::kBelow);
  }
}

TEST_CASE("a mock of the candidate's own is not gradable") {
  check_not_gradable([](const Case& c) { return unasked(sound()(c)); },
                     "No case sent a request to the warehouse; most returned without one.");
  check_not_gradable([](const Case& c) { return unasked(ended(c, OutcomeKind::kVirtualTime)); },
                     "; most ended so: the case's clock reached its limit.");
}

TEST_CASE("a request at import only is none of the call") {
  check_not_gradable(
      [](const Case& c) {
        auto o = sound()(c);
        for (auto& request : o.requests) request.phase = model::Phase::kImport;
        return o;
      },
      "No case sent a request");
}

TEST_CASE("an exception before any request is named") {
  check_not_gradable([](const Case& c) { return unasked(raised(c, "builtins.KeyError", false)); },
                     "KeyError");
}

TEST_CASE("one case that asks is enough to be graded") {
  CHECK(judged([](const Case& c) {
          return c.id == "healthy" ? sound()(c) : unasked(sound()(c));
        }).gradable.ok);
}

TEST_CASE("an exercise without a warehouse needs no request") {
  model::Plan alone = plan();
  alone.needs_warehouse = false;
  CHECK(judged_in(alone, [](const Case& c) { return unasked(sound()(c)); }).gradable.ok);
}

// ---- no evidence is not good evidence

static void check_nothing_good(const Candidate& candidate) {
  const auto j = judged(candidate);
  REQUIRE(j.gradable.ok);
  for (const auto& i : j.indicators) {
    // What the source shows of separation is only of functions that ran, which these did.
    if (i.polarity == model::Polarity::kPositive && i.basis != model::Basis::kStatic)
      CHECK_MESSAGE(i.verdict != model::Verdict::kObserved, i.id);
    if (i.polarity == model::Polarity::kNegative)
      CHECK_MESSAGE((i.verdict != model::Verdict::kNotObserved), i.id);
  }
  CHECK(j.overall.anchor == model::Anchor::kBelow);
}

TEST_CASE("a function that always raises shows nothing good") {
  check_nothing_good([](const Case& c) { return raised(c, "builtins.NameError", false); });
}

TEST_CASE("a function that never returns shows nothing good") {
  check_nothing_good([](const Case& c) { return ended(c, OutcomeKind::kVirtualTime); });
  check_nothing_good([](const Case& c) { return ended(c, OutcomeKind::kExited); });
}

TEST_CASE("answers without a request are no evidence") {
  const auto j =
      judged([](const Case& c) { return c.id == "transient" ? sound()(c) : unasked(sound()(c)); });
  for (const char* id : {"explicit_handling", "structured_status", "hardcoded_thresholds",
                         "no_api_error_handling", "ambiguous_boolean", "conflates_failures"})
    CHECK_MESSAGE(verdict(j, id) == "not_exercised", id);
  CHECK(j.overall.anchor == model::Anchor::kBelow);
}

}  // namespace assay::evidence::testing
