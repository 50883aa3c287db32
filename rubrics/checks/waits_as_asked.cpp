// kind: waits_as_asked. A further try comes no earlier than Retry-After asked for. The form in
// seconds decides; the form with a date is a gap where the other one was seen. For a positive
// indicator.

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "A further try comes no earlier than Retry-After asked for. The form in seconds decides; the form with a date is a gap where the other one was seen. For a positive indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels", "early_ms", "wish"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "early_ms": {
      "description": "So much too early is in time.",
      "type": "integer", "minimum": 0},
    "wish": {
      "description": "A note that stands beside every verdict.",
      "type": "string", "minLength": 1}}})";

struct Form {
  Term term;
  std::string problem;
};

/// An HTTP date names whole seconds.
constexpr std::int64_t kDateUs = 1'000'000;

void look(const CaseFact& c, const TrafficFact& traffic, std::int64_t early_us, Form& seconds_form,
          Form& date_form) {
  for (const Try& t : traffic.tries()) {
    if (!t.before->asked_us) continue;
    const bool by_date = t.before->asked_by_date;
    Form& form = by_date ? date_form : seconds_form;
    const bool fine = t.pause_us() + (by_date ? kDateUs : early_us) >= *t.before->asked_us;
    if (!fine && form.term.holds != false) form.term.evidence.clear();  // what fails is what tells
    if (!fine && form.problem.empty())
      form.problem = in_quotes(c.title) + " was asked for again after " + seconds(t.pause_us()) +
                     ", where the answer asked for " + seconds(*t.before->asked_us);
    if (!fine || !form.term.holds) cite(form.term.evidence, traffic.id);
    form.term.holds = form.term.holds.value_or(true) && fine;
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const std::int64_t early_us = parameters.at("early_ms").get<std::int64_t>() * 1'000;
  Form in_seconds{{"a wait asked for in seconds is kept to", std::nullopt, {}}, ""};
  Form by_date{{"a wait asked for by a date is kept to", std::nullopt, {}}, ""};
  bool asked = false;
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->ran || !c->reached) continue;
    const TrafficFact& traffic = facts.traffic(*c);
    for (const Exchange& e : traffic.exchanges) asked = asked || e.asked_us.has_value();
    look(*c, traffic, early_us, in_seconds, by_date);
  }
  d.notes.push_back(parameters.at("wish").get<std::string>());
  const Form& decisive = in_seconds.term.holds ? in_seconds : by_date;
  for (const Term& term : {decisive.term, in_seconds.term, by_date.term})
    for (const std::string& id : term.evidence) cite(d.evidence, id);
  if (decisive.term.holds == false) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = sentence({decisive.problem});
  } else if (decisive.term.holds == true) {
    d.verdict = Verdict::kObserved;
    d.explanation = "No further try came before the time that an answer had asked for.";
    if (!by_date.problem.empty()) d.gaps.push_back("by a date: " + by_date.problem);
  } else {
    d.explanation = asked
                        ? "Nothing was asked for again after an answer that said how long to wait."
                        : "No answer said how long to wait.";
  }
  const bool settled = decisive.term.holds == false;
  d.terms = {in_seconds.term, by_date.term};
  return with_faults(std::move(d), facts, labels, settled);
}

}  // namespace

extern const Check k_waits_as_asked{"waits_as_asked", kSchema, decide};

}  // namespace assay::rubrics
