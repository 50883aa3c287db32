#include "harness/run/validate.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::run {
namespace {

using model::Anchor;
using model::Basis;
using model::Polarity;
using model::Verdict;

model::Indicator indicator(const std::string& id, Polarity polarity, Verdict verdict,
                           Basis basis = Basis::kDynamic) {
  model::Indicator indicator;
  indicator.id = id;
  indicator.polarity = polarity;
  indicator.verdict = verdict;
  indicator.basis = basis;
  indicator.explanation = "It does " + id + ".";
  indicator.evidence = {"e2"};
  return indicator;
}

model::Judgement judgement(Verdict good, Verdict bad, Anchor anchor = Anchor::kMeets) {
  model::Judgement judgement;
  judgement.evidence = {{"e1", "", "One.", {}, {}}, {"e2", "", "Two.", {}, {}}};
  judgement.indicators = {
      indicator("structured", Polarity::kPositive, good),
      indicator("conflates", Polarity::kNegative, bad),
      indicator("explain", Polarity::kNegative, Verdict::kNeedsHuman, Basis::kHuman)};
  judgement.overall.anchor = anchor;
  judgement.overall.because = "All terms hold.";
  return judgement;
}

std::vector<model::Judgement> at_all_levels(const model::Judgement& one) {
  return std::vector<model::Judgement>(4, one);
}

plan::Solution solution(const std::string& kind = "reference") {
  plan::Solution solution;
  solution.name = "urllib";
  solution.kind = kind;
  solution.path = kind + "/urllib";
  for (const char* level : {"junior", "mid", "senior", "principal"})
    solution.anchors[level] = "meets";
  solution.indicators = {{"structured", Verdict::kObserved},
                         {"conflates", Verdict::kNotObserved},
                         {"explain", Verdict::kNeedsHuman}};
  return solution;
}

const model::Judgement kRight = judgement(Verdict::kObserved, Verdict::kNotObserved);

TEST_CASE("a solution that gets what it must get differs in nothing") {
  CHECK(differences_of(solution(), at_all_levels(kRight)).empty());
}

TEST_CASE("a verdict that differs is told with what was expected, found, and why") {
  const auto differences = differences_of(
      solution(), at_all_levels(judgement(Verdict::kNotObserved, Verdict::kNotObserved)));
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].what == "structured");
  CHECK(differences[0].expected == "observed");
  CHECK(differences[0].found == "not_observed");
  CHECK(differences[0].because == "It does structured. [Two.]");
}

TEST_CASE("an anchor that differs at one level is told with that level") {
  auto judgements = at_all_levels(kRight);
  judgements[2].overall.anchor = Anchor::kBelow;
  const auto differences = differences_of(solution(), judgements);
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].what == "anchor at senior");
  CHECK(differences[0].expected == "meets");
  CHECK(differences[0].found == "below");
}

TEST_CASE("indicators that only one side names, and levels left out, are differences") {
  plan::Solution odd = solution();
  odd.indicators.erase("conflates");
  odd.indicators["misspelt"] = Verdict::kObserved;
  odd.anchors.erase("mid");
  const auto differences = differences_of(odd, at_all_levels(kRight));
  REQUIRE(differences.size() == 3);
  CHECK(differences[0].what == "conflates");
  CHECK(differences[0].expected.empty());
  CHECK(differences[1].what == "misspelt");
  CHECK(differences[1].found.empty());
  CHECK(differences[2].what == "anchor at mid");
  CHECK(differences[2].expected.empty());
}

TEST_CASE("what a further rubric says is held against what the solution says of that rubric") {
  model::Judgement two = kRight;
  for (model::Indicator& indicator : two.indicators) indicator.rubric = "first";
  two.indicators.push_back(indicator("retries", Polarity::kPositive, Verdict::kObserved));
  two.indicators.back().rubric = "second";
  plan::Solution says = solution();
  CHECK(differences_of(says, at_all_levels(two)).size() == 1);
  says.rubrics["second"]["retries"] = Verdict::kObserved;
  CHECK(differences_of(says, at_all_levels(two)).empty());
  says.rubrics["third"] = says.rubrics["second"];
  CHECK(differences_of(says, at_all_levels(two)).size() == 1);
  says.rubrics = {};
  says.indicators["retries"] = Verdict::kObserved;  // in the place of the first rubric's
  CHECK(differences_of(says, at_all_levels(two)).size() == 2);
}

bool names(const std::vector<std::string>& sentences, const std::string& part) {
  return std::ranges::any_of(sentences,
                             [&](const auto& s) { return s.find(part) != std::string::npos; });
}

TEST_CASE("a package proves nothing about an indicator that is never seen in both of its values") {
  const auto one_sided = unproven_by({solution()}, {kRight});
  CHECK(one_sided.size() == 2);
  CHECK(names(one_sided, "not_observed for structured"));
  CHECK(names(one_sided, "observed for conflates"));
  CHECK(!names(one_sided, "explain"));  // a person decides that

  const auto both = unproven_by({solution(), solution("flawed")},
                                {kRight, judgement(Verdict::kNotObserved, Verdict::kObserved)});
  CHECK(both.empty());
}

TEST_CASE("an indicator that a person decides stays one where a submission could not be graded") {
  model::Judgement not_gradable = judgement(Verdict::kNotObserved, Verdict::kObserved);
  not_gradable.indicators[2].basis = Basis::kDynamic;
  not_gradable.indicators[2].verdict = Verdict::kNotExercised;
  CHECK(unproven_by({solution(), solution("flawed")}, {kRight, not_gradable}).empty());
}

TEST_CASE("a reference lacks no positive, and neither it nor an unusual one has a negative") {
  const model::Judgement flawed = judgement(Verdict::kNotObserved, Verdict::kObserved);
  const model::Judgement unsure = judgement(Verdict::kNeedsHuman, Verdict::kNotObserved);
  const std::vector solutions = {solution("flawed"), solution("reference"), solution("unusual")};
  CHECK(names(unproven_by(solutions, {flawed, unsure, kRight}), "lacks structured"));
  CHECK(names(unproven_by(solutions, {flawed, kRight, flawed}), "gets conflates"));
  CHECK(unproven_by(solutions, {flawed, kRight, unsure}).empty());
}

TEST_CASE(
    "one variant of several need not show both values, and its references are held to theirs") {
  CHECK_FALSE(unproven_by({solution()}, {kRight}).empty());
  CHECK(unproven_by({solution()}, {kRight}, false).empty());
  const auto flawed = judgement(Verdict::kNotObserved, Verdict::kNotObserved);
  CHECK(names(unproven_by({solution()}, {flawed}, false), "lacks structured"));
}

TEST_CASE("a further rubric asks nothing of references, and must be seen in both values") {
  model::Judgement lacks = kRight, has = judgement(Verdict::kNotObserved, Verdict::kObserved);
  for (model::Judgement* judgement : {&lacks, &has}) {
    for (model::Indicator& indicator : judgement->indicators) indicator.rubric = "first";
    judgement->indicators.push_back(
        indicator("retries", Polarity::kPositive, Verdict::kNotObserved));
    judgement->indicators.back().rubric = "second";
  }
  const std::vector solutions = {solution(), solution("flawed")};
  CHECK(names(unproven_by(solutions, {lacks, has}), "observed for retries"));
  has.indicators.back().verdict = Verdict::kObserved;
  CHECK(unproven_by(solutions, {lacks, has}).empty());
}

rubrics::Rubric rubric(const std::string& id, const std::vector<std::string>& indicators) {
  rubrics::Rubric rubric;
  rubric.id = id;
  for (const std::string& indicator : indicators) rubric.indicators.push_back({.id = indicator});
  return rubric;
}

TEST_CASE("expectations are held against the rubrics before anything is run") {
  const std::vector rubrics = {rubric("first", {"structured", "conflates", "explain"}),
                               rubric("second", {"retries"})};
  plan::Solution right = solution();
  right.rubrics["second"] = {{"retries", Verdict::kObserved}};
  CHECK(check_expectations(right, rubrics).ok());

  plan::Solution wrong = right;
  wrong.indicators.erase("conflates");
  wrong.indicators.erase("explain");
  wrong.indicators["explains"] = Verdict::kNeedsHuman;
  wrong.rubrics["secnd"] = {};
  wrong.places = {{"/indicators", {"e.yaml", 4, 1}},
                  {"/indicators/explains", {"e.yaml", 6, 3}},
                  {"/rubrics/secnd", {"e.yaml", 8, 3}}};
  const Status checked = check_expectations(wrong, rubrics);
  REQUIRE_FALSE(checked.ok());
  CHECK(checked.error().to_string() ==
        "e.yaml:4:1: says nothing of conflates and explain of the rubric first; expected a verdict "
        "on every indicator\n"
        "e.yaml:6:3: the rubric first has no indicator \"explains\" in this variant; did you mean "
        "\"explain\"?\n"
        "e.yaml:8:3: the exercise has no further rubric \"secnd\"; did you mean \"second\"?");

  wrong = right;
  wrong.places = {{"/indicators", {"e.yaml", 4, 1}}};
  wrong.rubrics.clear();
  CHECK(check_expectations(wrong, rubrics).error().message.find("nothing of the rubric second") !=
        std::string::npos);
}

}  // namespace
}  // namespace assay::run
