// What a case expects against what came: values by their kind, exceptions by their class, and what
// the two checks make of it.

#include "harness/evidence/expected.h"

#include <doctest/doctest.h>

#include "harness/evidence/judge.h"
#include "tests/support/scratch.h"

namespace assay::evidence {
namespace {

Json json(const char* text) {
  auto parsed = parse_json(text, "test");
  REQUIRE_MESSAGE(parsed.ok(), parsed.error().to_string());
  return *parsed;
}

/// The difference; "" where there is none.
std::string differs(const char* expect, const char* found) {
  return difference_from_value(json(expect), json(found)).value_or("");
}

TEST_CASE("a value is as expected where it is the same, whatever Python calls it") {
  CHECK(differs(R"({"value": [1, "a", null, true]})", R"([1, "a", null, true])") == "");
  CHECK(differs(R"({"value": [1, 2]})", R"({"$type": "tuple", "items": [1, 2]})") == "");
  CHECK(differs(R"({"value": 3})", "3.0") == "");
  CHECK(differs(R"({"value": 3.0})", "3") == "");
  CHECK(differs(R"({"value": 9007199254740993})", "9007199254740993") == "");
  CHECK(differs(R"({"value": {"a": 1}})",
                R"({"$type": "dataclass", "class": "m.C", "fields": {"a": 1}})") == "");
  CHECK(differs(R"({"value": {"a": 1}})",
                R"({"$type": "dict", "class": "m.D", "items": [["a", 1]]})") == "");
  CHECK(differs(R"({"value": [1]})",
                R"({"$type": "namedtuple", "class": "m.T", "fields": {"a": 1}})") == "");
  CHECK(
      differs(
          R"({"value": "low"})",
          R"({"$type": "enum", "class": "m.S", "name": "LOW", "value": "low", "mixin": "str"})") ==
      "");
  CHECK(
      differs(R"({"value": 2.5})",
              R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('2.50')"})j") ==
      "");
}

TEST_CASE("a value that is not as expected is told with its place") {
  CHECK(differs(R"({"value": [{"total": 3}]})", R"([{"total": 4}])") ==
        "at [0]['total']: expected 3, found 4");
  CHECK(differs(R"({"value": [1, 2]})", "[1]") == "expected 2 items, found 1: [1]");
  CHECK(differs(R"({"value": [1]})", "[]") == "expected 1 item, found 0: []");
  CHECK(differs(R"({"value": {"a": 1}})", "{}") == "the key 'a' is missing: {}");
  CHECK(differs(R"({"value": {}})", R"({"b": 1})") == "the key 'b' is one too many");
  CHECK(differs(R"({"value": 1})", "true") == "expected 1, found True");
  CHECK(differs(R"({"value": true})", "1") == "expected True, found 1");
  CHECK(differs(R"({"value": 0})", "null") == "expected 0, found None");
  CHECK(differs(R"({"value": "1"})", "1") == "expected '1', found 1");
  CHECK(differs(R"({"value": 9007199254740993})", "9007199254740992") ==
        "expected 9007199254740993, found 9007199254740992");
  CHECK(differs(R"({"value": {"a": 1}})", R"({"$type": "dict", "items": [["a", 1], [2, 3]]})") !=
        "");
  CHECK(differs(R"({"value": [1]})", R"({"$type": "set", "items": [1]})") ==
        "expected a list, found a set, which has no order: {1}");
  CHECK(differs(R"({"value": 1})", R"({"$type": "float", "text": "nan"})") ==
        "expected 1, found nan");
}

TEST_CASE("a box that describes a value in no known form is wrong, and harms nothing") {
  for (const char* odd :
       {R"({"$type": "object", "class": 1, "repr": 2})", R"({"$type": "tuple", "items": 1})",
        R"({"$type": "tuple"})", R"({"$type": "namedtuple", "fields": []})", R"({"$type": 1})",
        R"({"$type": "int", "value": [1]})", R"({"$type": "dict", "items": "x"})"})
    for (const char* expect : {R"({"value": [1, 2]})", R"({"value": 1})", R"({"value": {"a": 1}})",
                               R"({"value": "a"})", R"({"value": null})"})
      CHECK(differs(expect, odd) != "");
}

TEST_CASE("a tolerance is a bound on every number, absolute or relative, the border included") {
  const auto within = [](const char* tolerance, const char* expected, const char* found) {
    return differs(
               (std::string(R"({"value": )") + expected + R"(, "tolerance": )" + tolerance + "}")
                   .c_str(),
               found) == "";
  };
  CHECK(within("0.5", "10", "10.5"));
  CHECK(within("0.5", "10", "9.5"));
  CHECK_FALSE(within("0.5", "10", "10.6"));
  CHECK_FALSE(within("0.5", "10", "true"));
  CHECK_FALSE(within("0.5", "1", "true"));
  CHECK(within(R"({"relative": 0.25})", "300", "400"));
  CHECK_FALSE(within(R"({"relative": 0.25})", "300", "401"));
  CHECK(within(R"({"relative": 0.01, "absolute": 5})", "10", "15"));
  CHECK(within("0.5", R"([{"a": 1}])", R"([{"a": 1.25}])"));
  CHECK_FALSE(within("0.5", R"("1")", "1"));
}

TEST_CASE("no tolerance reaches an infinity or what is no number") {
  for (const char* found :
       {R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('Infinity')"})j",
        R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('-Infinity')"})j",
        R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('NaN')"})j",
        R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('-sNaN')"})j",
        R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('1E+400')"})j",
        R"({"$type": "float", "text": "inf"})", R"({"$type": "float", "text": "-inf"})",
        R"({"$type": "float", "text": "nan"})",
        R"({"$type": "float", "class": "m.F", "value": {"$type": "float", "text": "inf"}})"})
    for (const char* expect : {R"({"value": 10, "tolerance": {"relative": 0.01}})",
                               R"({"value": 10.5, "tolerance": {"relative": 1}})",
                               R"({"value": 0, "tolerance": {"relative": 1, "absolute": 1e308}})",
                               R"({"value": 1.7e308, "tolerance": 1e308})", R"({"value": 10})"}) {
      CAPTURE(found);
      CAPTURE(expect);
      CHECK(differs(expect, found) != "");
    }
  CHECK(
      differs(
          R"({"value": 10, "tolerance": {"relative": 0.01}})",
          R"j({"$type": "object", "class": "decimal.Decimal", "repr": "Decimal('Infinity')"})j") ==
      "expected 10, found Decimal('Infinity')");
}

TEST_CASE("items of any order are paired, and each counts once") {
  const char* whole = R"({"value": [1, 2, 2], "any_order": [""]})";
  CHECK(differs(whole, "[2, 1, 2]") == "");
  CHECK(differs(whole, "[1, 1, 2]") == "expected an item 2, in any place; found instead 1");
  CHECK(differs(R"({"value": [1, 2], "any_order": [""]})",
                R"({"$type": "set", "items": [2, 1]})") == "");
  // Only the list that is named, not the ones inside it.
  CHECK(differs(R"({"value": [[1, 2], [3, 4]], "any_order": [""]})", "[[3, 4], [1, 2]]") == "");
  CHECK(differs(R"({"value": [[1, 2]], "any_order": [""]})", "[[2, 1]]") != "");
  CHECK(differs(R"({"value": {"a": [1, 2], "b": [1, 2]}, "any_order": ["/a"]})",
                R"({"a": [2, 1], "b": [1, 2]})") == "");
  CHECK(differs(R"({"value": {"a": [1, 2], "b": [1, 2]}, "any_order": ["/a"]})",
                R"({"a": [2, 1], "b": [2, 1]})") != "");
  // 1.5 fits both, 0.5 only the first: whoever took the first that fits would fail here.
  CHECK(differs(R"({"value": [1, 2], "any_order": [""], "tolerance": 0.5})", "[1.5, 0.5]") == "");
}

model::Observation raising(std::vector<std::string> types, bool during_import = false) {
  model::Observation seen;
  seen.outcome.kind = model::OutcomeKind::kRaised;
  seen.outcome.exception = model::Exception{std::move(types), "no", {}, true, during_import, {}};
  return seen;
}

TEST_CASE("an exception is as expected where its class or one above it has the name") {
  const Json expect = json(R"({"raises": "ValueError"})");
  CHECK_FALSE(difference_from_exception(expect, raising({"ValueError", "Exception"})));
  CHECK_FALSE(difference_from_exception(expect, raising({"solution.Bad", "ValueError"})));
  CHECK_FALSE(difference_from_exception(json(R"({"raises": ["KeyError", "Bad"]})"),
                                        raising({"solution.Bad", "Exception"})));
  CHECK(difference_from_exception(expect, raising({"KeyError", "LookupError"})) ==
        "expected ValueError, found KeyError");
  CHECK(difference_from_exception(expect, raising({"solution.MyValueError"})).has_value());
  CHECK(difference_from_exception(expect, raising({"ValueError"}, true)).has_value());
  model::Observation seen;
  seen.outcome.kind = model::OutcomeKind::kReturned;
  seen.has_value = true;
  CHECK(difference_from_exception(expect, seen) == "expected ValueError, found None returned");
  seen.outcome.kind = model::OutcomeKind::kCpuTime;
  CHECK(difference_from_exception(expect, seen) == "expected ValueError, found no answer");
}

constexpr const char* kRubric = R"(
id: r
version: "1"
title: R
indicators:
  - {id: value, label: V, polarity: positive, check: {kind: expected_value, parameters: {labels: [good]}}}
  - {id: refuses, label: R, polarity: positive,
     check: {kind: expected_exception, parameters: {labels: [bad, either], answers_in: [good]}}}
  - {id: order, label: O, polarity: negative,
     check: {kind: expected_value,
             parameters: {labels: [odd], observed_where: any_wrong, answers_in: [good]}}}
  - {id: made_up, label: M, polarity: negative,
     check: {kind: made_up_answers, parameters: {labels: [bad, either]}}}
overall:
  terms: [{id: T, term: works, indicator: value}]
  levels: {junior: &l {meets: [T], exceeds: [T]}, mid: *l, senior: *l, principal: *l}
)";

/// A case of each label: f(1) == 2 for good and odd ones, a ValueError for bad ones, and either for
/// the last.
model::Plan plan() {
  model::Plan plan;
  plan.needs_warehouse = false;
  plan.entry = {"solution.py", "f", {{"x", "int"}}};
  for (const char* label : {"good", "good", "odd", "bad", "either"}) {
    model::Case one;
    one.id = std::string(label) + std::to_string(plan.cases.size());
    one.title = "Case " + one.id;
    one.label = label;
    one.arguments = Json::array({1});
    one.expect = Json::object();
    if (one.label != "bad") one.expect["value"] = 2;
    if (one.label == "bad" || one.label == "either") one.expect["raises"] = "ValueError";
    plan.cases.push_back(std::move(one));
  }
  return plan;
}

/// "value refuses order made_up anchor", for answers by case, the last of which raises where it is
/// not given; "!" raises a ValueError, "?" is our fault.
std::string verdicts(std::vector<const char*> answers) {
  answers.resize(5, "!");
  const testing::Scratch scratch;
  static const rubrics::Rubric kLoaded = [&] {
    auto loaded = rubrics::load_rubric(scratch.write("r.yaml", kRubric));
    REQUIRE_MESSAGE(loaded.ok(), loaded.error().to_string());
    return std::move(loaded).value();
  }();
  const model::Plan planned = plan();
  std::vector<model::Observation> seen;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::string answer = answers[i];
    model::Observation one = raising({"ValueError"});
    if (answer == "?") one.outcome = {model::OutcomeKind::kHarnessFault, "lost", {}, {}, {}};
    if (answer != "?" && answer != "!") {
      one.outcome = {model::OutcomeKind::kReturned, "", {}, {}, {}};
      one.value = json(answer.c_str());
      one.has_value = true;
    }
    one.case_id = planned.cases[i].id;
    seen.push_back(std::move(one));
  }
  const auto judged = judge({}, planned, seen, Json(), {kLoaded}, model::Level::kMid);
  std::string text;
  for (const model::Indicator& indicator : judged.indicators)
    text += std::string(model::to_string(indicator.verdict)) + " ";
  return text + std::string(model::to_string(judged.overall.anchor));
}

TEST_CASE("checks of what is expected go by every case of their labels") {
  CHECK(verdicts({"2", "2", "2", "!"}) == "observed observed not_observed not_observed exceeds");
  CHECK(verdicts({"2", "3", "2", "!"}) == "not_observed observed not_observed not_observed below");
  CHECK(verdicts({"2", "2", "3", "!"}) == "observed observed observed not_observed exceeds");
  CHECK(verdicts({"2", "2", "!", "2"}) == "observed not_observed observed observed exceeds");
}

TEST_CASE("where a value and an exception are expected, either is right") {
  CHECK(verdicts({"2", "2", "2", "!", "2"}) ==
        "observed observed not_observed not_observed exceeds");
  CHECK(verdicts({"2", "2", "2", "!", "3"}) ==
        "observed not_observed not_observed observed exceeds");
}

TEST_CASE("who always fails gets no credit for failing, and none for not failing elsewhere") {
  CHECK(verdicts({"!", "!", "!", "!"}) ==
        "not_observed not_exercised not_exercised not_observed below");
  CHECK(verdicts({"3", "3", "3", "3"}) ==
        "not_observed not_exercised not_exercised observed below");
}

TEST_CASE("a fault of the harness leaves open what it could have turned") {
  CHECK(verdicts({"?", "2", "2", "!"}) ==
        "undetermined undetermined undetermined not_observed meets");
  CHECK(verdicts({"?", "3", "2", "!"}).starts_with("not_observed "));
  CHECK(verdicts({"2", "2", "?", "!"}) == "observed observed undetermined not_observed exceeds");
  CHECK(verdicts({"2", "2", "2", "?"}) ==
        "observed undetermined not_observed undetermined exceeds");
  CHECK(verdicts({"2", "2", "2", "?", "3"}) ==
        "observed not_observed not_observed observed exceeds");
}

}  // namespace
}  // namespace assay::evidence
