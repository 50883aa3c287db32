// kind: gained_states. The draft gave two of the states one state key, and the solution tells all
// of them apart; for a positive indicator. A draft that told them apart already leaves nothing to
// gain.

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "The draft gave two of the states one state key, and the solution tells all of them apart. A draft that told them apart already leaves nothing to gain. For a positive indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {"labels": {
      "description": "Labels of the states.",
      "type": "array", "minItems": 2, "items": {"type": "string"}}}})";

/// How a set of states was told apart, by the draft or by the solution.
struct Telling {
  std::optional<bool> all;        ///< every pair; nothing where that is not known
  std::string merged;             ///< the first pair that was not, as a sentence without its end
  std::vector<std::string> kept;  ///< "missing data from low volume", of the pairs that were
};

bool returned_anything(const FactSet& facts) {
  for (const CaseFact& c : facts.cases())
    if (c.returned()) return true;
  return false;
}

Telling look(const FactSet& facts, const Labels& labels, const std::string& who, Decision& d) {
  Telling telling{true, "", {}};
  // What never returned tells nothing, and so merges nothing.
  const bool returned = returned_anything(facts);
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (std::size_t k = i + 1; k < labels.size(); ++k) {
      const Apart apart = returned ? tell_apart(facts, labels[i], labels[k]) : Apart{};
      Term term{who + " tells " + words(labels[i]) + " from " + words(labels[k]), apart.apart, {}};
      if (apart.apart) {
        cite(term.evidence, apart.a->id);
        cite(term.evidence, apart.b->id);
        for (const std::string& id : term.evidence) cite(d.evidence, id);
      }
      if (apart.apart == true)
        telling.kept.push_back(words(labels[i]) + " from " + words(labels[k]));
      if (apart.apart == false && telling.merged.empty()) telling.merged = shared_sentence(apart);
      d.terms.push_back(std::move(term));
      if (apart.apart == false)
        telling.all = false;
      else if (!apart.apart && telling.all == true)
        telling.all.reset();
    }
  cite(d.evidence, facts.states_id());
  return telling;
}

void settle(const Telling& before, const Telling& now, const std::string& states, Decision& d) {
  if (before.all == true) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "The draft told " + states + " apart already, so there was nothing to add.";
    if (now.all == false) d.notes.push_back("the solution no longer does: " + now.merged);
  } else if (!before.all) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "The draft answered too little to tell which states it merges.";
  } else if (now.all == true) {
    d.verdict = Verdict::kObserved;
    d.explanation = "In the draft " + before.merged + "; the solution tells " + states + " apart.";
  } else if (now.all == false) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "In the solution, as in the draft, not all of " + states +
                    " are told apart: " + now.merged + ".";
  } else {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "The solution answered too little to compare " + states + ".";
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const FactSet* draft = facts.origin().draft;
  if (draft == nullptr) {
    d.explanation = facts.origin().no_draft;
    return d;
  }
  const Labels labels = labels_of(parameters, "labels");
  std::vector<std::string> names;
  for (const std::string& label : labels) names.push_back(words(label));
  const Telling before = look(*draft, labels, "the draft", d);
  const Telling now = look(facts, labels, "the solution", d);
  settle(before, now, listed(names), d);
  // A state that was merged stays merged, whatever the cases that failed would have shown.
  d = with_faults(std::move(d), *draft, labels, before.all == false);
  const bool settled =
      d.verdict == Verdict::kUndetermined || now.all == false || before.all == true;
  return with_faults(std::move(d), facts, labels, settled);
}

}  // namespace

extern const Check k_gained_states{"gained_states", kSchema, decide, true};

}  // namespace assay::rubrics
