// The border cases of what may be concluded where the world is odd, one by one.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/unit/evidence/run.h"

namespace assay::evidence::testing {

using model::Case;
using model::OutcomeKind;

/// The usual plan, with a case for every label that the rubric has a rule for.
static model::Plan odd_plan() {
  model::Plan p = plan();
  for (const char* label : {"late", "numeric_text", "not_found_other", "empty", "empty_min0"}) {
    Case odd = p.cases.back();
    odd.id = label;
    odd.label = label;
    odd.title = "Case " + odd.id;
    p.cases.push_back(odd);
  }
  Case low = p.cases[p.cases.size() - 7];
  REQUIRE(low.label == "bad_data");
  low.id = "transient-low";
  low.label = "transient";
  low.expect = {{"actual_rows", 3}};
  p.cases.push_back(low);
  return p;
}

/// Sound under every label.
static Candidate careful() { return worded({{"not_found_other", "missing"}}); }

static Candidate but(const std::string& label, Candidate instead) {
  return [=](const Case& c) {
    return c.label == label && c.id != "transient-low" ? instead(c) : careful()(c);
  };
}

/// The record of another state.
static Candidate saying(const Json& status) {
  return [=](const Case& c) {
    Json record = sound_record(c);
    record["status"] = status;
    return returned(c, record);
  };
}

static model::Indicator concluded(const Candidate& candidate) {
  return indicator(judged_by_both(odd_plan(), candidate), "unsound_conclusions");
}

static std::string said(const std::string& label, const Json& status) {
  return std::string(model::to_string(concluded(but(label, saying(status))).verdict));
}

TEST_CASE("sound conclusions everywhere are no unsound ones") {
  const auto i = concluded(careful());
  CHECK(i.verdict == model::Verdict::kNotObserved);
  CHECK(i.terms.size() == 8);
  for (const auto& term : i.terms) CHECK_MESSAGE(term.holds == false, term.term);
}

TEST_CASE("where no case is odd, no conclusion is known") {
  model::Plan even = plan();
  std::erase_if(even.cases, [](const Case& c) {
    return c.label == "bad_data" || c.label == "loading" || c.label == "transient";
  });
  CHECK(verdict(judged_by_both(even, sound()), "unsound_conclusions") == "not_exercised");
}

TEST_CASE("each label has states that are sound there, and a status of its own always is") {
  const std::vector<std::pair<std::string, std::string>> unsound = {
      {"bad_data", "ok low missing"},  {"numeric_text", "low missing"},
      {"not_found_other", "ok low"},   {"empty", "ok api_error"},
      {"empty_min0", "low api_error"}, {"loading", "ok"},
      {"late", "low api_error"},       {"transient", "low missing"}};
  for (const auto& [label, words] : unsound)
    for (const std::string word : {"ok", "low", "missing", "api_error", "peculiar"}) {
      const bool bad = words.find(word) != std::string::npos;
      CAPTURE(label);
      CAPTURE(word);
      CHECK(said(label, word) == (bad ? "observed" : "not_observed"));
    }
}

TEST_CASE("whether a failure that passed may read as healthy or as low goes by the true count") {
  const auto says = [](const std::string& status) {
    return concluded([=](const Case& c) {
             return c.id == "transient-low" ? saying(status)(c) : careful()(c);
           })
        .verdict;
  };
  CHECK(says("low") == model::Verdict::kNotObserved);
  CHECK(says("ok") == model::Verdict::kObserved);
}

TEST_CASE("an exception of somebody else's is unsound but where the rule lets it be") {
  const auto raising = [](const std::string& label, const std::string& type, bool own) {
    return concluded(but(label, [=](const Case& c) { return raised(c, type, own); })).verdict;
  };
  CHECK(raising("bad_data", "builtins.TypeError", false) == model::Verdict::kObserved);
  CHECK(raising("bad_data", "solution.BadAnswer", true) == model::Verdict::kNotObserved);
  // Who lets failures through is told so by the indicator that is there for it.
  CHECK(raising("transient", "urllib.error.URLError", false) == model::Verdict::kNotObserved);
  const auto ends = [](const std::string& label) {
    return concluded(but(label, [](const Case& c) { return ended(c, OutcomeKind::kVirtualTime); }))
        .verdict;
  };
  CHECK(ends("late") == model::Verdict::kNotObserved);
  CHECK(ends("loading") == model::Verdict::kObserved);
}

TEST_CASE("a bare value, a yes or no or nothing at all is no status of its own beside words") {
  const auto i = concluded(but("loading", [](const Case& c) { return returned(c, true); }));
  CHECK(i.verdict == model::Verdict::kObserved);
  CHECK(i.explanation == "“Case loading” gave True.");
  CHECK(said("loading", true) == "observed");
  CHECK(concluded(but("loading", [](const Case& c) {
          Json record = careful()(c).value;
          record.erase("status");
          return returned(c, record);
        })).verdict == model::Verdict::kObserved);
  // Who never returns a record has another indicator for that.
  const auto bare = [](const Case& c) { return returned(c, careful()(c).value["status"]); };
  CHECK(concluded(bare).verdict == model::Verdict::kNotObserved);
}

TEST_CASE(
    "free text tells of no state, and states that share a status are held against nobody twice") {
  CHECK(concluded([](const Case& c) {
          Json record = careful()(c).value;
          record["status"] = "on " + date_of(c) + ": " + record["status"].get<std::string>();
          return returned(c, record);
        }).verdict == model::Verdict::kNotObserved);
  // Beside a status that is none it takes nothing from what that says.
  CHECK(concluded([](const Case& c) {
          Json record = c.label == "loading" ? saying("ok")(c).value : careful()(c).value;
          const bool dated = c.label == "healthy" || c.label == "loading";
          record["as_of"] = dated ? "at " + date_of(c) : "never";
          return returned(c, record);
        }).verdict == model::Verdict::kObserved);
  // Missing and failure are the same to it, so bad data may well read as either.
  CHECK(concluded([](const Case& c) {
          const bool merged = c.label == "api_failure" || c.label == "bad_data";
          return merged ? saying("missing")(c) : careful()(c);
        }).verdict == model::Verdict::kNotObserved);
}

TEST_CASE("what is unsound is told with its case and its answer, and cited first") {
  const auto j = judged_by_both(odd_plan(), but("bad_data", saying("ok")));
  const model::Indicator& i = indicator(j, "unsound_conclusions");
  CHECK(i.explanation.starts_with("“Case bad_data” was answered like healthy, {'status': 'ok'"));
  const auto first = std::ranges::find(j.evidence, i.evidence.at(0), &model::Fact::id);
  REQUIRE(first != j.evidence.end());
  CHECK(first->statement.starts_with("“Case bad_data”"));
}

TEST_CASE("a harness fault in an odd case leaves open whether all conclusions are sound") {
  const auto fault = [](const Candidate& otherwise) {
    return [=](const Case& c) { return c.id == "empty" ? harness_fault(c) : otherwise(c); };
  };
  CHECK(concluded(fault(careful())).verdict == model::Verdict::kUndetermined);
  CHECK(concluded(fault(but("loading", saying("ok")))).verdict == model::Verdict::kObserved);
}

}  // namespace assay::evidence::testing
