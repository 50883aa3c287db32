// kind: ends_in_time. However the API fails, the function ends within a bound of time and tries. A
// request that hung and was never given up is no matter of this one. For a positive indicator.

#include <algorithm>

#include "harness/base/count.h"
#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "However the API fails, the function ends within a bound of time and tries. A request that hung and was never given up is no matter of this one. For a positive indicator.",
  "type": "object", "additionalProperties": false,
  "required": ["labels", "longest_seconds", "most_tries"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "longest_seconds": {
      "description": "The longest that a function may take.",
      "type": "integer", "minimum": 1},
    "most_tries": {
      "description": "The most requests for one and the same thing.",
      "type": "integer", "minimum": 1}}})";

bool ends_by_itself(const CaseFact& c) { return c.answered() || c.outcome == "exited"; }

/// Ended because it went on too long: not by a crash, which says nothing of time.
bool went_on(const CaseFact& c) {
  return c.outcome == "virtual_time" || c.outcome == "wall_time" || c.outcome == "cpu_time";
}

/// The function was in its first and only wait when the case ended.
bool held_by_hang(const CaseFact& c, const TrafficFact& traffic) {
  if (ends_by_itself(c)) return false;
  const auto hung = [](const Exchange& e) { return e.hangs(); };
  const auto gave_up = [](const Exchange& e) { return e.given_up; };
  return std::any_of(traffic.exchanges.begin(), traffic.exchanges.end(), hung) &&
         std::none_of(traffic.exchanges.begin(), traffic.exchanges.end(), gave_up);
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const std::int64_t longest_us = parameters.at("longest_seconds").get<std::int64_t>() * 1'000'000;
  const int most_tries = parameters.at("most_tries");
  Term time{"the function ends within the time that a caller can wait", std::nullopt, {}};
  Term tries{"nothing is asked for too often", std::nullopt, {}};
  std::vector<std::string> because;
  const CaseFact* longest = nullptr;
  for (const CaseFact* c : facts.of_labels(labels)) {
    const TrafficFact& traffic = facts.traffic(*c);
    if (!c->ran || !c->reached || !traffic.failed() || held_by_hang(*c, traffic)) continue;
    if (!ends_by_itself(*c) && !went_on(*c)) continue;
    const bool in_time = ends_by_itself(*c) && traffic.over_us <= longest_us;
    const bool few = c->repeats <= most_tries;
    if (!in_time || !few)
      because.push_back(in_quotes(c->title) + " was asked for " + std::to_string(c->repeats) +
                        " times in " + seconds(traffic.over_us) +
                        (ends_by_itself(*c) ? "" : ", and there was no end to it"));
    for (auto& [term, fine] : {std::pair(&time, in_time), std::pair(&tries, few)}) {
      if (!fine && term->evidence.size() < 4) cite(term->evidence, traffic.id);
      term->holds = term->holds.value_or(true) && fine;
    }
    if (longest == nullptr || traffic.over_us > facts.traffic(*longest).over_us) longest = c;
  }
  if (longest != nullptr && time.evidence.empty()) cite(time.evidence, facts.traffic(*longest).id);
  d.terms = {std::move(time), std::move(tries)};
  for (const Term& term : d.terms)
    for (const std::string& id : term.evidence) cite(d.evidence, id);
  if (!because.empty()) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = because.front();
    if (because.size() > 1)
      d.explanation += "; so it was in " + count_of(because.size() - 1, "further case");
    d.explanation += ".";
  } else if (longest != nullptr) {
    d.verdict = Verdict::kObserved;
    d.explanation = "It always came to an end: the longest, " + in_quotes(longest->title) +
                    ", took " + seconds(facts.traffic(*longest).over_us) + ".";
  } else {
    d.explanation = "No failure reached the function, so nothing shows how long it would go on.";
  }
  return with_faults(std::move(d), facts, labels, !because.empty());
}

}  // namespace

extern const Check k_ends_in_time{"ends_in_time", kSchema, decide};

}  // namespace assay::rubrics
