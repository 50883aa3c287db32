// kind: told_apart. Each pair of states has no state key in common; where the rubric says so,
// nothing is raised in some states and the count is right in some.

#include <algorithm>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Each pair of states has no state key in common; where the rubric says so, nothing is raised in some states and the count is right in some. For a positive indicator or a term of the overall rule.",
  "type": "object", "additionalProperties": false, "required": ["pairs"],
  "properties": {
    "pairs": {
      "description": "Pairs of labels that must be told apart.",
      "type": "array", "minItems": 1,
      "items": {
        "description": "Two labels.",
        "type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
    "raise_nothing_in": {
      "description": "Labels in which nothing may be raised, or answered without asking.",
      "type": "array", "items": {"type": "string"}},
    "count_right_in": {
      "description": "Labels in which the count must be the one that the case expects.",
      "type": "array", "items": {"type": "string"}},
    "boundary": {
      "description": "The label of counts that are exactly the minimum: being taken for one of some others is a gap.",
      "type": "object", "additionalProperties": false, "required": ["label", "unlike"],
      "properties": {
        "label": {"description": "The label.", "type": "string"},
        "unlike": {
          "description": "The others.",
          "type": "array", "items": {"type": "string"}}}},
    "never": {
      "description": "Conclusions that are worth a note: cases of a label that got the status of another.",
      "type": "array", "items": {
        "description": "A label, and what it should not look like.",
        "type": "object", "additionalProperties": false, "required": ["label", "like"],
        "properties": {
          "label": {"description": "The label.", "type": "string"},
          "like": {
            "description": "Labels whose status it should not have.",
            "type": "array", "items": {"type": "string"}},
          "with_enough_rows": {
            "description": "Only cases whose true count reaches the minimum are looked at.",
            "enum": [true]}}}}
  }})";

Labels labels_read(const Json& parameters) {
  Labels labels;
  for (const Json& pair : parameters.at("pairs"))
    for (const Json& label : pair) cite(labels, label.get<std::string>());
  return labels;
}

void compare_pairs(const FactSet& facts, const Json& parameters, Decision& d,
                   std::vector<std::string>& because) {
  for (const Json& pair : parameters.at("pairs")) {
    const auto a = pair[0].get<std::string>(), b = pair[1].get<std::string>();
    const Apart apart = tell_apart(facts, a, b);
    Term term{words(a) + " is told from " + words(b), apart.apart, {}};
    if (apart.apart) {
      cite(term.evidence, apart.a->id);
      cite(term.evidence, apart.b->id);
      if (!*apart.apart) because.push_back(shared_sentence(apart));
    }
    d.terms.push_back(std::move(term));
  }
}

/// What a case did that returned nothing which rests on a request.
std::string instead_of_answer(const CaseFact& c) {
  if (c.answer == "raised") return "raised " + c.exception;
  if (c.answer == "nothing") return "gave no answer";
  return "was answered without asking, " + c.shown;
}

/// A function that asks elsewhere has no business to answer without asking, or to refuse to.
void look_for_raises(const FactSet& facts, const Json& parameters, Decision& d,
                     std::vector<std::string>& because) {
  const Labels labels = labels_of(parameters, "raise_nothing_in");
  if (labels.empty()) return;
  Term term{"nothing is raised where the answer is known", std::nullopt, {}};
  const auto cases = facts.of_labels(labels);
  const bool reaches = std::ranges::any_of(cases, &CaseFact::reached);
  for (const CaseFact* c : cases) {
    if (!c->ran || !reaches) continue;
    const bool fine = c->returned();
    if (!fine && term.holds != false)
      because.push_back(in_quotes(c->title) + " " + instead_of_answer(*c));
    if (!fine || !term.holds) cite(term.evidence, c->id);
    term.holds = term.holds.value_or(true) && fine;
  }
  d.terms.push_back(std::move(term));
}

void look_at_counts(const FactSet& facts, const Json& parameters, Decision& d,
                    std::vector<std::string>& because) {
  const Labels labels = labels_of(parameters, "count_right_in");
  if (labels.empty()) return;
  Term term{"the count is right wherever the partition is there", std::nullopt, {}};
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->returned() || !c->count_right) continue;
    if (!*c->count_right && term.holds != false)
      because.push_back(in_quotes(c->title) + " has " +
                        (c->rows ? std::to_string(*c->rows) : std::string("other")) +
                        " rows, and the answer was " + c->shown);
    if (!*c->count_right || !term.holds) cite(term.evidence, c->id);
    term.holds = term.holds.value_or(true) && *c->count_right;
  }
  d.terms.push_back(std::move(term));
}

/// What two cases have in common that should not: which they are, and the answer.
std::string same_status(const Apart& apart, const Json& other) {
  return in_quotes(apart.a->title) + " got the same status as " + in_quotes(apart.b->title) + " (" +
         words(other.get<std::string>()) + "): " + apart.a->shown;
}

void look_at_boundary(const FactSet& facts, const Json& parameters, Decision& d) {
  const auto it = parameters.find("boundary");
  if (it == parameters.end()) return;
  for (const Json& other : it->at("unlike")) {
    const Apart apart = tell_apart(facts, it->at("label"), other);
    if (apart.apart != false) continue;
    d.gaps.push_back("exactly the minimum: " + same_status(apart, other));
    cite(d.evidence, apart.a->id);
    return;
  }
}

/// Whether a pair that is to be told apart shares the key, which is told by itself.
bool shared_by_pair(const FactSet& facts, const Json& pairs, const std::string& other,
                    const std::string& key) {
  return std::ranges::any_of(pairs, [&](const Json& pair) {
    return (pair[0] == other || pair[1] == other) &&
           facts.keys(pair[0].get<std::string>()).contains(key) &&
           facts.keys(pair[1].get<std::string>()).contains(key);
  });
}

/// The first case of the rule's label whose answer is one that `other` got as well, and rightly so
/// as far as `pairs` tell.
Apart reads_like(const FactSet& facts, const Json& rule, const Json& pairs,
                 const std::string& other) {
  const auto keys = facts.keys(other);
  for (const CaseFact* c : facts.of_label(rule.at("label").get<std::string>())) {
    if (!c->returned() || c->key_open) continue;
    if (rule.contains("with_enough_rows") && c->rows.value_or(-1) < c->minimum.value_or(0))
      continue;
    const auto it = keys.find(c->key);
    if (it != keys.end() && !shared_by_pair(facts, pairs, other, c->key))
      return {false, c->key, c, it->second};
  }
  return {};
}

void note_odd_conclusions(const FactSet& facts, const Json& parameters, Decision& d) {
  const auto it = parameters.find("never");
  if (it == parameters.end()) return;
  for (const Json& rule : *it) {
    for (const Json& other : rule.at("like")) {
      const Apart apart = reads_like(facts, rule, parameters.at("pairs"), other);
      if (apart.a == nullptr) continue;
      d.notes.push_back(same_status(apart, other));
      cite(d.evidence, apart.a->id);
    }
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  std::vector<std::string> because;
  compare_pairs(facts, parameters, d, because);
  look_for_raises(facts, parameters, d, because);
  look_at_counts(facts, parameters, d, because);
  cite(d.evidence, facts.states_id());
  for (const Term& term : d.terms)
    if (term.holds == false)
      for (const std::string& id : term.evidence) cite(d.evidence, id);
  look_at_boundary(facts, parameters, d);
  note_odd_conclusions(facts, parameters, d);

  const Labels labels = labels_read(parameters);
  std::vector<std::string> names;
  for (const std::string& label : labels) names.push_back(words(label));
  const auto holds = all_hold(d.terms);
  if (holds == false) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = sentence(because, 3);
  } else if (holds == true) {
    d.verdict = Verdict::kObserved;
    d.explanation = "Each of " + listed(names) + " has a status of its own" +
                    (parameters.contains("count_right_in") ? ", with the right count." : ".");
  } else {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "Too little was answered to compare " + listed(names) + ".";
  }
  return with_faults(std::move(d), facts, labels, holds == false);
}

}  // namespace

extern const Check k_told_apart{"told_apart", kSchema, decide, true};

}  // namespace assay::rubrics
