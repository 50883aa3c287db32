// kind: asks_needlessly. Where all is well, something is asked for again that was already answered.
// Whether a second operation was needed beside the one that gave the answer is for a person. For a
// negative indicator.

#include <set>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Where all is well, something is asked for again that was already answered. Whether a second operation was needed beside the one that gave the answer is for a person. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {"labels": {
      "description": "Labels of the cases in which all is well.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

bool asks_served_again(const TrafficFact& traffic) {
  std::set<int> served;
  for (const Exchange& e : traffic.exchanges) {
    if (served.contains(e.thing)) return true;
    if (e.served()) served.insert(e.thing);
  }
  return false;
}

std::vector<std::string> operations_of(const TrafficFact& traffic) {
  std::vector<std::string> operations;
  for (const Exchange& e : traffic.exchanges)
    if (e.served()) cite(operations, words(e.operation));
  return operations;
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  Term again{"what was answered is asked for again", std::nullopt, {}};
  Term beside{"more than one operation is used", std::nullopt, {}};
  const CaseFact *first = nullptr, *several = nullptr, *repeated = nullptr;
  for (const CaseFact* c : facts.of_labels(labels)) {
    const TrafficFact& traffic = facts.traffic(*c);
    const auto operations = operations_of(traffic);
    if (!c->answered() || operations.empty()) continue;
    const bool repeats = asks_served_again(traffic);
    if (first == nullptr) first = c;
    if (repeats && repeated == nullptr) repeated = c;
    if (operations.size() > 1 && several == nullptr) several = c;
    again.holds = repeated != nullptr;
    beside.holds = several != nullptr;
  }
  for (const CaseFact* c : {repeated, several, first}) {
    if (c == nullptr) continue;
    cite((c == several ? beside : again).evidence, facts.traffic(*c).id);
    cite(d.evidence, facts.traffic(*c).id);
  }
  if (repeated != nullptr) {
    d.verdict = Verdict::kObserved;
    d.explanation = in_quotes(repeated->title) + " took " + std::to_string(repeated->requests) +
                    " requests, and some asked for what had been answered.";
  } else if (several != nullptr) {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = in_quotes(several->title) + " was answered with the help of " +
                    listed(operations_of(facts.traffic(*several))) + ".";
    d.questions.push_back({"Was each of these requests needed? " + d.explanation, d.evidence});
  } else if (first != nullptr) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "Nothing was asked for again that had been answered.";
  } else {
    d.explanation = "No request was answered well, so none can be called needless.";
  }
  d.terms = {std::move(again), std::move(beside)};
  return with_faults(std::move(d), facts, labels, repeated != nullptr);
}

}  // namespace

extern const Check k_asks_needlessly{"asks_needlessly", kSchema, decide};

}  // namespace assay::rubrics
