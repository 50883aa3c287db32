// kind: kept_handler. The draft's broad handler, or a rewritten one, is there and merges two of the
// states; for a negative indicator. A handler merges where a case that went through it ended with
// the state key of another state. A guard with a status of its own merges nothing.

#include <algorithm>
#include <map>

#include "rubrics/check.h"
#include "rubrics/handlers.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "The draft's broad handler, or a rewritten one, is there and merges two of the states: a case that went through it ended with the state key of another state. A guard with a status of its own merges nothing. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["states"],
  "properties": {"states": {
    "type": "array", "minItems": 2, "description": "States, each as the labels that it stands for.",
    "items": {"type": "array", "minItems": 1, "items": {"type": "string"}}}}})";

std::string place(const HandlerFact& h) { return h.file + ", line " + std::to_string(h.line); }

bool is_kept(const HandlerFact& h, const std::vector<Merging>& of_draft) {
  return !h.digest.empty() && std::ranges::any_of(of_draft, [&](const Merging& m) {
    return m.handler->digest == h.digest && m.handler->catches == h.catches &&
           m.handler->form == h.form;
  });
}

void accuse(const std::vector<Merging>& merging, const std::vector<Merging>& of_draft,
            Decision& d) {
  // The draft's own handler is the plainer case.
  const auto kept = std::ranges::find_if(
      merging, [&](const Merging& m) { return is_kept(*m.handler, of_draft); });
  const Merging& m = kept != merging.end() ? *kept : merging.front();
  for (const std::string& id : {m.handler->id, m.through->id, m.other->id}) cite(d.evidence, id);
  d.verdict = Verdict::kObserved;
  d.explanation = kept != merging.end() ? "The draft's " + catching(*m.handler) + " is still there"
                                        : "The draft's broad handler was rewritten as " +
                                              std::string(m.handler->form == "except" ? "" : "a ") +
                                              catching(*m.handler);
  d.explanation += " (" + place(*m.handler) + "): " + in_quotes(m.through->title) +
                   " went through it, and got the same as " + in_quotes(m.other->title) + ", " +
                   m.through->key + ".";
}

/// No broad handler of the solution merges anything.
void acquit(const FactSet& facts, Decision& d) {
  d.verdict = Verdict::kNotObserved;
  if (facts.handlers().empty()) {
    d.explanation = "The draft's broad handler is gone.";
    return;
  }
  const auto entered = std::ranges::find_if(
      facts.handlers(), [](const HandlerFact& h) { return !h.entered.empty(); });
  const HandlerFact& h = entered != facts.handlers().end() ? *entered : facts.handlers().front();
  d.explanation = (h.form == "except" ? "" : "A ") + catching(h) + " (" + place(h) + ")" +
                  (h.entered.empty() ? " is left as a guard, and no case needed it."
                                     : " is left as a guard that makes no two states the same.");
  for (const HandlerFact& each : facts.handlers()) cite(d.evidence, each.id);
}

/// What the machine cannot see of the solution, in words; empty where it sees all.
std::string blind_spot(const FactSet& facts) {
  if (!facts.source().readable)
    return "The solution's source could not be read (" + facts.source().problem + ")";
  for (const HandlerFact& h : facts.handlers())
    if (!h.watched)
      return "Which cases went through the " + catching(h) + " (" + place(h) +
             ") could not be seen";
  return "";
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const FactSet* draft = facts.origin().draft;
  if (draft == nullptr) {
    d.explanation = facts.origin().no_draft;
    return d;
  }
  const auto states = parameters.at("states").get<std::vector<Labels>>();
  const std::vector<Merging> before = merging_handlers(*draft, states);
  const std::vector<Merging> now = merging_handlers(facts, states);
  Term drafted{"a broad handler of the draft merges states", !before.empty(), {}};
  Term solved{"a broad handler of the solution merges states", !now.empty(), {}};
  for (const Merging& m : before) cite(drafted.evidence, m.handler->id);
  for (const Merging& m : now) cite(solved.evidence, m.handler->id);
  d.evidence = drafted.evidence;
  if (before.empty()) {
    d.explanation = draft->handlers().empty()
                        ? "The draft has no broad handler that could have been accepted."
                        : "The draft's broad handler makes no two states the same.";
    for (const HandlerFact& h : draft->handlers()) cite(d.evidence, h.id);
  } else if (!now.empty()) {
    accuse(now, before, d);
  } else if (const std::string blind = blind_spot(facts); !blind.empty()) {
    solved.holds.reset();
    cite(d.evidence, facts.source().id);
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = blind + ", so a person must look.";
    d.questions.push_back({"Is the draft's general error handling still there?", d.evidence});
  } else {
    acquit(facts, d);
  }
  d.terms = {std::move(drafted), std::move(solved)};
  Labels labels;
  for (const Labels& state : states) labels.insert(labels.end(), state.begin(), state.end());
  d = with_faults(std::move(d), *draft, labels, !before.empty());
  const bool settled = d.verdict == Verdict::kUndetermined || before.empty() || !now.empty();
  return with_faults(std::move(d), facts, labels, settled);
}

}  // namespace

extern const Check k_kept_handler{"kept_handler", kSchema, decide, true};

}  // namespace assay::rubrics
