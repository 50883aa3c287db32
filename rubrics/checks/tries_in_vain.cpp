// kind: tries_in_vain. The function asks again for what was refused for good. Asking again for what
// may yet come is noted, and no more. For a negative indicator.

#include <algorithm>
#include <array>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "The function asks again for what was refused for good. Asking again for what may yet come is noted, and no more. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels", "families"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "families": {
      "description": "Families of failure that do not pass.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "may_come": {
      "description": "Labels of what is not there and may come: a further try is noted, and no more.",
      "type": "array", "items": {"type": "string"}}}})";

/// The same request is refused again, whenever it comes: RFC 9110, 15.5. A few of these answers say
/// "not now" (Request Timeout, Too Early, Too Many Requests).
bool refuses_for_good(const Exchange& e) {
  constexpr std::array kNotNow = {408, 425, 429};
  return e.status && *e.status >= 400 && *e.status < 500 && !std::ranges::count(kNotNow, *e.status);
}

void note_waiting(const FactSet& facts, const Json& parameters, Decision& d) {
  for (const CaseFact* c : facts.of_labels(labels_of(parameters, "may_come"))) {
    const TrafficFact& traffic = facts.traffic(*c);
    if (!c->ran || traffic.tries().empty()) continue;
    d.notes.push_back(in_quotes(c->title) +
                      " was asked for again, which is of use where it may yet come");
    cite(d.evidence, traffic.id);
    return;
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const Labels families = labels_of(parameters, "families");
  std::vector<std::string> because;
  for (const std::string& family : families) {
    Term term{words(family) + " failures are tried again", std::nullopt, {}};
    for (const CaseFact* c : facts.of_labels(labels)) {
      if (!c->ran || !c->reached || c->family != family) continue;
      const TrafficFact& traffic = facts.traffic(*c);
      if (!std::ranges::any_of(traffic.exchanges, refuses_for_good)) continue;
      // What came before the refusal may have been worth another try.
      const auto tries = static_cast<std::size_t>(std::ranges::count_if(
          traffic.tries(), [](const Try& t) { return refuses_for_good(*t.before); }));
      if (tries > 0 && term.holds != true)
        because.push_back(in_quotes(c->title) + " was asked for again after the refusal, " +
                          (tries == 1 ? "once" : std::to_string(tries) + " times"));
      if (tries > 0 || !term.holds) cite(term.evidence, traffic.id);
      term.holds = term.holds.value_or(false) || tries > 0;
    }
    for (const std::string& id : term.evidence) cite(d.evidence, id);
    d.terms.push_back(std::move(term));
  }
  bool exercised = false;
  for (const Term& term : d.terms) exercised = exercised || term.holds.has_value();
  if (!because.empty()) {
    d.verdict = Verdict::kObserved;
    d.explanation = sentence(because, 2);
  } else if (exercised) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "What was refused for good was asked for once.";
  } else {
    d.explanation = "Nothing was refused for good in these cases.";
  }
  note_waiting(facts, parameters, d);
  return with_faults(std::move(d), facts, labels, !because.empty());
}

}  // namespace

extern const Check k_tries_in_vain{"tries_in_vain", kSchema, decide};

}  // namespace assay::rubrics
