// kind: shared_states. Two of the states share a state key; for a negative indicator.

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Two of the states share a state key. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {
    "labels": {
      "description": "Labels of the states that must not share one.",
      "type": "array", "minItems": 2, "items": {"type": "string"}},
    "answered_in": {
      "description": "Labels in which something must have been returned, or nothing is exercised.",
      "type": "array", "items": {"type": "string"}}}})";

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  Labels all = labels_of(parameters, "answered_in");
  for (const std::string& label : labels) cite(all, label);
  bool returned = false;
  for (const CaseFact* c : facts.of_labels(all)) returned = returned || c->returned();

  std::vector<std::string> because;
  bool known = true;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t k = i + 1; k < labels.size(); ++k) {
      // A function that never returned tells nothing, and so merges nothing.
      const Apart apart = returned ? tell_apart(facts, labels[i], labels[k]) : Apart{};
      Term term{words(labels[i]) + " and " + words(labels[k]) + " look the same", std::nullopt, {}};
      if (apart.apart) {
        term.holds = !*apart.apart;
        cite(term.evidence, apart.a->id);
        cite(term.evidence, apart.b->id);
        if (*term.holds) because.push_back(shared_sentence(apart));
      }
      known = known && apart.apart.has_value();
      d.terms.push_back(std::move(term));
    }
  }
  cite(d.evidence, facts.states_id());
  for (const Term& term : d.terms)
    if (term.holds == true)
      for (const std::string& id : term.evidence) cite(d.evidence, id);

  std::vector<std::string> names;
  for (const std::string& label : labels) names.push_back(words(label));
  if (!because.empty()) {
    d.verdict = Verdict::kObserved;
    d.explanation = sentence(because, 2);
  } else if (known) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "No two of " + listed(names) + " share a status.";
  } else {
    d.verdict = Verdict::kNotExercised;
    d.explanation =
        returned ? "Not all of " + listed(names) + " were answered, so they cannot be compared."
                 : "The function returned nothing in these cases, so nothing can be compared.";
  }
  return with_faults(std::move(d), facts, labels, !because.empty());
}

}  // namespace

extern const Check k_shared_states{"shared_states", kSchema, decide, true};

}  // namespace assay::rubrics
