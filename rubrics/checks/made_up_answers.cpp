// kind: made_up_answers. A case whose world gives no such answer was answered all the same: what
// was returned is not what the case expects. For a negative indicator.

#include "harness/base/count.h"
#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

/// Further cases with a made-up answer, as gaps.
constexpr std::size_t kMaxGaps = 20;

constexpr std::string_view kSchema = R"({
  "description": "In cases of some labels something was returned that is not what the case expects, such as a result that was made from a failure or from a part of the data. Whoever raises, whatever it is, has made nothing up. For a negative indicator: observed where one such answer was returned.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at; those that expect neither a value nor an exception are passed over.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

std::string told(const CaseFact& c) {
  return in_quotes(c.title) + " was answered with " + c.shown + ", and expected was " +
         (c.expects == "exception" ? "an exception: " : "") + c.wanted;
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  std::vector<const CaseFact*> made_up;
  std::size_t all = 0;
  for (const std::string& label : labels) {
    Term term{"an answer was made up in a case of " + words(label), std::nullopt, {}};
    for (const CaseFact* c : facts.of_label(label)) {
      if (c->expects.empty() || !c->answered()) continue;
      ++all;
      const bool wrong = c->returned() && !c->as_expected;
      if (wrong) made_up.push_back(c);
      if (wrong || !term.holds) cite(term.evidence, c->id);
      term.holds = term.holds.value_or(false) || wrong;
    }
    d.terms.push_back(std::move(term));
  }
  for (const CaseFact* c : made_up) cite(d.evidence, c->id);
  for (const Term& term : d.terms)
    for (const std::string& id : term.evidence) cite(d.evidence, id);
  if (!made_up.empty()) {
    d.verdict = Verdict::kObserved;
    d.explanation = told(*made_up.front()) + ".";
    // The first stands in the explanation.
    for (std::size_t i = 1; i < made_up.size() && i <= kMaxGaps; ++i)
      d.gaps.push_back(told(*made_up[i]));
  } else if (all > 0) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "Nothing was made up in " + count_of(all, "case") +
                    ": each was answered rightly, or an exception was raised.";
  } else {
    d.explanation = "No case that could show it was answered.";
  }
  return with_faults(std::move(d), facts, labels, !made_up.empty());
}

}  // namespace

extern const Check k_made_up_answers{"made_up_answers", kSchema, decide};

}  // namespace assay::rubrics
