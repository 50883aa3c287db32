// kind: failures_escape. Which families of failure leave the function by an exception that it did
// not raise itself, or come back as healthy; for a negative indicator.

#include "harness/base/count.h"
#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Which families of failure leave the function by an exception that it did not raise itself, or come back as healthy. For a negative indicator: observed where all core families do; a person decides where some do.",
  "type": "object", "additionalProperties": false, "required": ["label", "core_families"],
  "properties": {
    "label": {"description": "The label of failures.", "type": "string"},
    "core_families": {
      "description": "Families that decide; the others are gaps.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

struct Family {
  std::string name;
  std::vector<const CaseFact*> handled;
  std::vector<const CaseFact*> escaped;
};

std::vector<Family> families_of(const FactSet& facts, const std::string& label) {
  std::vector<Family> families;
  for (const CaseFact* c : facts.of_label(label)) {
    if (!c->ran || !c->reached) continue;
    auto it = families.begin();
    while (it != families.end() && it->name != c->family) ++it;
    if (it == families.end()) it = families.insert(it, Family{c->family, {}, {}});
    (c->escaped ? it->escaped : it->handled).push_back(c);
  }
  return families;
}

/// "handled 12 of 14 failures; not: “Truncated body” (IncompleteRead)"
void list_gaps(const std::vector<Family>& families, Decision& d) {
  std::size_t handled = 0, all = 0;
  std::vector<std::string> not_handled;
  for (const Family& family : families) {
    handled += family.handled.size();
    all += family.handled.size() + family.escaped.size();
    for (const CaseFact* c : family.escaped)
      not_handled.push_back(in_quotes(c->title) + ", " + c->escape);
  }
  if (!not_handled.empty())
    d.gaps.push_back("handled " + std::to_string(handled) + " of " + count_of(all, "failure") +
                     "; not: " + listed(not_handled, 8));
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const auto label = parameters.at("label").get<std::string>();
  const Labels core = labels_of(parameters, "core_families");
  const auto families = families_of(facts, label);
  std::size_t exercised = 0, escaping = 0, handling = 0;
  std::vector<std::string> first_escapes;
  for (const std::string& name : core) {
    Term term{words(name) + " failures get through", std::nullopt, {}};
    for (const Family& family : families) {
      if (family.name != name) continue;
      ++exercised;
      term.holds = !family.escaped.empty();
      escaping += family.handled.empty();
      handling += family.escaped.empty();
      for (const CaseFact* c : family.escaped) cite(term.evidence, c->id);
      if (!family.escaped.empty()) {
        const CaseFact* c = family.escaped.front();
        first_escapes.push_back(in_quotes(c->title) + " (" + c->escape + ")");
      } else {
        cite(term.evidence, family.handled.front()->id);
      }
    }
    for (const std::string& id : term.evidence) cite(d.evidence, id);
    d.terms.push_back(std::move(term));
  }
  list_gaps(families, d);
  for (const Family& family : families)
    for (const CaseFact* c : family.escaped) cite(d.evidence, c->id);
  for (const CaseFact* c : facts.of_label(label)) {
    if (!c->ran || !c->reached || c->escaped || !c->deliberate) continue;
    d.notes.push_back("some failures are raised on purpose, as " + c->exception +
                      ", which counts as handling here");
    cite(d.evidence, c->id);
    break;
  }

  if (exercised < core.size()) {
    d.verdict = Verdict::kNotExercised;
    d.explanation =
        "Not every kind of failure reached the function, so its handling cannot be told.";
  } else if (escaping == core.size()) {
    d.verdict = Verdict::kObserved;
    d.explanation = "Failures of the API get through unhandled: " + listed(first_escapes, 3) + ".";
  } else if (handling == core.size()) {
    d.verdict = Verdict::kNotObserved;
    std::vector<std::string> names;
    for (const std::string& name : core) names.push_back(words(name));
    d.explanation = d.gaps.empty() ? "Every failure of the API that was tried is handled."
                                   : "Failures of " + listed(names) + " are all handled.";
  } else {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation =
        "Some failures of the API are handled and some get through: " + listed(first_escapes, 3) +
        ".";
    d.questions.push_back(
        {"Is this enough handling of API failures? " + d.explanation, d.evidence});
  }
  return with_faults(std::move(d), facts, {label}, d.verdict == Verdict::kObserved);
}

}  // namespace

extern const Check k_failures_escape{"failures_escape", kSchema, decide, true};

}  // namespace assay::rubrics
