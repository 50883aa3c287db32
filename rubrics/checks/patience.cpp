// kind: patience. From the journal: a hang ends by the function's own timeout, and retries exist
// and are bounded in number and in total time. For a term of the overall rule or a positive
// indicator.

#include "rubrics/unprompted.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "From the journal: a hang ends by the function's own timeout, and retries exist and are bounded in number and in total time. For a term of the overall rule or a positive indicator.",
  "type": "object", "additionalProperties": false,
  "required": ["failure", "transient", "most_tries", "longest_seconds", "wants_retry"],
  "properties": {
    "failure": {"description": "The label of failures that last.", "type": "string"},
    "transient": {"description": "The label of failures that pass.", "type": "string"},
    "most_tries": {"description": "Requests for one and the same thing that are still bounded.", "type": "integer", "minimum": 1},
    "longest_seconds": {"description": "Virtual seconds of one call that are still bounded.", "type": "integer", "minimum": 1},
    "wants_retry": {"description": "Whether what passes must be tried again at all.", "type": "boolean"},
    "quiet": {
      "description": "Labels of cases in which all is well. Who asks for one thing as often there is not known to try again.",
      "type": "array", "items": {"type": "string"}}}})";

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const auto failure = parameters.at("failure").get<std::string>();
  const auto transient = parameters.at("transient").get<std::string>();
  const int most_tries = parameters.at("most_tries");
  const std::int64_t longest_ms = parameters.at("longest_seconds").get<std::int64_t>() * 1000;
  const bool wants_retry = parameters.at("wants_retry");

  Term timeout{"a request that hangs is given up", std::nullopt, {}};
  Term bounded{"tries and waiting are bounded", std::nullopt, {}};
  Term retries{"what may pass is tried again", std::nullopt, {}};
  const Unprompted unprompted = unprompted_in(facts, labels_of(parameters, "quiet"));
  const CaseFact* alike = nullptr;  ///< asked for again, but no more often than where all is well
  const CaseFact* well = nullptr;   ///< that one
  std::vector<std::string> because;
  const auto judge = [&](Term& term, const CaseFact& c, bool fine, const std::string& problem) {
    if (!fine && term.holds != false) because.push_back(in_quotes(c.title) + " " + problem);
    if (!fine || !term.holds) cite(term.evidence, c.id);
    term.holds = term.holds.value_or(true) && fine;
  };
  for (const CaseFact* c : facts.of_labels({failure, transient})) {
    if (!c->ran || !c->reached) continue;
    const bool over = c->virtual_ms > longest_ms;
    if (c->hung) judge(timeout, *c, c->answered() && !over, "was waited for without an end");
    judge(bounded, *c, c->repeats <= most_tries && !over && c->answered(),
          c->repeats > most_tries ? "was tried " + std::to_string(c->repeats) + " times"
                                  : std::string("took too long, or never ended"));
    if (c->label != transient || !wants_retry) continue;
    const Again again = asked_again(facts.traffic(*c), unprompted);
    if (again.tried && !again.prompted && alike == nullptr) {
      alike = c;
      well = again.as_often_as.test_case;
    }
    if (again.prompted && retries.holds != true) cite(retries.evidence, c->id);
    retries.holds = retries.holds.value_or(false) || again.prompted;
  }
  if (retries.holds == false && alike != nullptr) {
    retries.holds.reset();
    for (const CaseFact* c : {alike, well}) cite(retries.evidence, c->id);
  }
  d.terms = {timeout, bounded};
  if (wants_retry) {
    if (retries.holds == false) because.push_back("nothing that may pass was tried again");
    d.terms.push_back(retries);
  }
  for (const Term& term : d.terms)
    for (const std::string& id : term.evidence) cite(d.evidence, id);
  const auto holds = all_hold(d.terms);
  const bool is_alike = wants_retry && !retries.holds && alike != nullptr;
  d.verdict = holds == true    ? Verdict::kObserved
              : holds == false ? Verdict::kNotObserved
              : is_alike       ? Verdict::kNeedsHuman
                               : Verdict::kNotExercised;
  d.explanation = holds == true    ? std::string("Hangs are given up, and tries are bounded.")
                  : holds == false ? sentence(because, 3)
                  : is_alike ? in_quotes(alike->title) + " was asked for no more often than " +
                                   in_quotes(well->title) + ", where nothing had failed before it."
                             : std::string("No case showed what happens on a hang.");
  if (d.verdict == Verdict::kNeedsHuman)
    d.questions.push_back(
        {"Is it because of a failure that it asks again? " + d.explanation, d.evidence});
  return with_faults(std::move(d), facts, {failure, transient}, holds == false);
}

}  // namespace

extern const Check k_patience{"patience", kSchema, decide};

}  // namespace assay::rubrics
