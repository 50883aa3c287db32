// kind: bare_answer. A yes or no where a status was asked for: a bool is returned or is the status,
// or most answers are a bare None, number or text. For a negative indicator.

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "A yes or no where a status was asked for: a bool is returned or is the status, or most answers are a bare None, number or text. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {
    "labels": {
      "description": "Labels of the cases whose answers count.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

bool is_bare(const CaseFact& c) {
  return c.answer == "none" || c.answer == "number" || c.answer == "text";
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  std::vector<const CaseFact*> bools, yes_no, bare;
  std::size_t returned = 0;
  const CaseFact* first = nullptr;
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->returned()) continue;
    if (first == nullptr) first = c;
    ++returned;
    if (c->answer == "bool") bools.push_back(c);
    if (c->answer == "record" && c->status_yes_no) yes_no.push_back(c);
    if (is_bare(*c)) bare.push_back(c);
  }
  const auto term = [&](const char* text, const std::vector<const CaseFact*>& cases, bool holds) {
    Term t{text, std::nullopt, {}};
    if (returned > 0) t.holds = holds;
    for (std::size_t i = 0; i < cases.size() && i < 3; ++i) {
      cite(t.evidence, cases[i]->id);
      cite(d.evidence, cases[i]->id);
    }
    d.terms.push_back(std::move(t));
  };
  const bool mostly_bare = bare.size() * 2 > returned;
  term("a bool is returned", bools, !bools.empty());
  term("the status is a yes or no", yes_no, !yes_no.empty());
  term("most answers are a bare None, number or text", bare, mostly_bare);

  const CaseFact* example = !bools.empty()                 ? bools.front()
                            : !yes_no.empty()              ? yes_no.front()
                            : mostly_bare && !bare.empty() ? bare.front()
                                                           : nullptr;
  if (returned == 0) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "The function returned nothing in these cases.";
  } else if (example != nullptr) {
    d.verdict = Verdict::kObserved;
    d.explanation = in_quotes(example->title) + " was answered by " + example->shown +
                    ", which does not say what is wrong.";
  } else {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "Answers hold more than a yes or no, for example " + first->shown + ".";
    cite(d.evidence, first->id);
  }
  return with_faults(std::move(d), facts, labels, example != nullptr);
}

}  // namespace

extern const Check k_bare_answer{"bare_answer", kSchema, decide, true};

}  // namespace assay::rubrics
