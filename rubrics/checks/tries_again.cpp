// kind: tries_again. After a failure that may pass, the function asks for the same thing once more;
// decided by family of failure. For a positive indicator.

#include <algorithm>

#include "harness/base/count.h"
#include "rubrics/unprompted.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "After a failure that may pass, the function asks for the same thing once more; decided by family of failure. For a positive indicator.",
  "type": "object", "additionalProperties": false,
  "required": ["labels", "families", "core_families"],
  "properties": {
    "labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "families": {
      "description": "Families of failure that may pass.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "core_families": {
      "description": "Those of them in which a further try decides.",
      "type": "array", "minItems": 1, "items": {"type": "string"}},
    "quiet": {
      "description": "Labels of cases in which all is well. Who asks for one thing as often there does not ask again because of a failure.",
      "type": "array", "items": {"type": "string"}}}})";

struct Family {
  std::string name;
  std::vector<const CaseFact*> tried, once;
  std::vector<const CaseFact*> alike;  ///< asked for no more often than where nothing fails
  Most as_often_as;                    ///< of the first of these

  bool exercised() const { return !tried.empty() || !once.empty() || !alike.empty(); }
};

std::vector<Family> families_of(const FactSet& facts, const Labels& labels, const Labels& names,
                                const Unprompted& unprompted) {
  std::vector<Family> families;
  for (const std::string& name : names) families.push_back({name, {}, {}, {}, {}});
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->ran || !c->reached) continue;
    const TrafficFact& traffic = facts.traffic(*c);
    const auto family = std::find_if(families.begin(), families.end(),
                                     [&](const Family& f) { return f.name == c->family; });
    if (family == families.end() || !traffic.failed()) continue;
    // Who waits for ever has no occasion for a further try.
    if (traffic.end == "blocked" && traffic.tries().empty()) continue;
    const Again again = asked_again(traffic, unprompted);
    if (again.tried && !again.prompted && family->alike.empty())
      family->as_often_as = again.as_often_as;
    (again.prompted ? family->tried : again.tried ? family->alike : family->once).push_back(c);
  }
  return families;
}

/// "tried again after 9 of 14 failures; not: “One answer …”"
void list_gaps(const std::vector<Family>& families, Decision& d) {
  std::size_t tried = 0, all = 0;
  std::vector<std::string> once;
  for (const Family& family : families) {
    tried += family.tried.size();
    all += family.tried.size() + family.once.size();
    for (const CaseFact* c : family.once) once.push_back(in_quotes(c->title));
  }
  if (tried > 0 && !once.empty())
    d.gaps.push_back("tried again after " + std::to_string(tried) + " of " + std::to_string(all) +
                     " failures that may pass; not: " + listed(once, 8));
}

/// Where what decides may be asked for again for its own sake.
void ask_a_person(const std::vector<const Family*>& alike, const std::vector<std::string>& once,
                  Decision& d) {
  const Most& most = alike.front()->as_often_as;
  d.verdict = Verdict::kNeedsHuman;
  d.explanation =
      "In " + in_quotes(most.test_case->title) + " one thing was asked for " +
      count_of(static_cast<std::size_t>(most.requests), "time") +
      " though nothing had failed before it, and in " +
      in_quotes(alike.front()->alike.front()->title) + " no more often" +
      (once.empty() ? "." : "; failures of " + listed(once) + " are not asked for again.");
  d.questions.push_back(
      {"Is it because of a failure that it asks again? " + d.explanation, d.evidence});
}

void settle(const FactSet& facts, const std::vector<Family>& core,
            const std::vector<Family>& families, Decision& d) {
  const auto tried = [](const Family& f) { return !f.tried.empty(); };
  const auto any = std::find_if(families.begin(), families.end(), tried);
  std::vector<std::string> once;  // of those that decide
  std::vector<const Family*> alike;
  for (const Family& family : core)
    if (!tried(family) && family.alike.empty()) once.push_back(words(family.name));
  for (const Family& family : core)
    if (!tried(family) && !family.alike.empty()) alike.push_back(&family);
  if (!std::all_of(core.begin(), core.end(), [](const Family& f) { return f.exercised(); })) {
    d.explanation = "Not every kind of failure reached the function, so this cannot be told.";
  } else if (!alike.empty()) {
    ask_a_person(alike, once, d);
  } else if (any == families.end()) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = in_quotes(core.front().once.front()->title) +
                    " was asked for once, like every other failure that decides.";
  } else if (once.empty()) {
    d.verdict = Verdict::kObserved;
    const CaseFact& c = *any->tried.front();
    d.explanation = in_quotes(c.title) + " was asked for again, after " +
                    seconds(facts.traffic(c).tries().front().pause_us()) + ".";
  } else {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = "Some failures are tried again, such as " +
                    in_quotes(any->tried.front()->title) + ", and those of " + listed(once) +
                    " are not.";
    d.questions.push_back({"Is enough tried again that may pass? " + d.explanation, d.evidence});
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const Labels core_names = labels_of(parameters, "core_families");
  const Unprompted unprompted = unprompted_in(facts, labels_of(parameters, "quiet"));
  const auto families = families_of(facts, labels, labels_of(parameters, "families"), unprompted);
  std::vector<Family> core;
  for (const Family& family : families) {
    Term term{words(family.name) + " failures are tried again", std::nullopt, {}};
    if (!family.tried.empty()) {
      term.holds = true;
    } else if (!family.once.empty() && family.alike.empty()) {
      term.holds = false;
    }
    for (const auto& cases : {family.tried, family.alike, family.once})
      if (!cases.empty()) cite(term.evidence, facts.traffic(*cases.front()).id);
    if (!family.alike.empty()) cite(term.evidence, facts.traffic(*family.as_often_as.test_case).id);
    for (const std::string& id : term.evidence) cite(d.evidence, id);
    d.terms.push_back(std::move(term));
    if (std::find(core_names.begin(), core_names.end(), family.name) != core_names.end())
      core.push_back(family);
  }
  list_gaps(families, d);
  settle(facts, core, families, d);
  return with_faults(std::move(d), facts, labels, d.verdict == Verdict::kObserved);
}

}  // namespace

extern const Check k_tries_again{"tries_again", kSchema, decide};

}  // namespace assay::rubrics
