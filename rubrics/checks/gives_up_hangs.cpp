// kind: gives_up_hangs. A request that is never answered is ended by the function: it closes the
// connection, or goes on without it. For a positive indicator.

#include <algorithm>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "A request that is never answered is ended by the function: it closes the connection, or goes on without it. For a positive indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {"labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

/// How long a request stood open.
std::int64_t open_us(const Exchange& e, const TrafficFact& traffic) {
  return e.ended_us.value_or(traffic.over_us) - e.at_us;
}

struct Hangs {
  bool any = false;
  bool held = false;             ///< one of them was open when the case was ended
  bool left_open = false;        ///< none of them was closed, and the function went on all the same
  std::int64_t given_up_us = 0;  ///< the longest wait that was given up
  std::int64_t held_us = 0;      ///< the longest that was not
};

Hangs hangs_of(const TrafficFact& traffic) {
  Hangs hangs;
  for (const Exchange& e : traffic.exchanges) {
    if (!e.hangs()) continue;
    hangs.any = true;
    if (!e.given_up && traffic.end != "itself") hangs.held = true;
    std::int64_t& longest = e.given_up ? hangs.given_up_us : hangs.held_us;
    longest = std::max(longest, open_us(e, traffic));
  }
  hangs.left_open = hangs.any && !hangs.held && hangs.given_up_us == 0;
  return hangs;
}

/// The limit of the case may fall into a wait that would have been given up like those before it.
bool are_given_up(const Hangs& hangs, const TrafficFact& traffic) {
  return !hangs.held || (traffic.end == "limit" && hangs.held_us < hangs.given_up_us);
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  Term term{"a request that hangs is given up", std::nullopt, {}};
  std::vector<std::string> because;
  std::int64_t longest_us = 0;
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->ran || !c->reached) continue;
    const TrafficFact& traffic = facts.traffic(*c);
    const Hangs hangs = hangs_of(traffic);
    if (!hangs.any) continue;
    const bool fine = are_given_up(hangs, traffic);
    longest_us = std::max(longest_us, hangs.given_up_us);
    if (!fine && term.holds != false) term.evidence.clear();  // what fails is what tells
    if (!fine) because.push_back(in_quotes(c->title) + " was waited for without an end");
    if (hangs.left_open && d.notes.empty())
      d.notes.push_back("in " + in_quotes(c->title) +
                        " the function went on, and left the connection open");
    if (!fine || term.holds != false) cite(term.evidence, traffic.id);
    term.holds = term.holds.value_or(true) && fine;
  }
  d.evidence = term.evidence;
  if (term.holds == false) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = sentence(because, 2);
  } else if (term.holds == true) {
    d.verdict = Verdict::kObserved;
    d.explanation =
        "Every request that hung was given up, after " + seconds(longest_us) + " at the latest.";
  } else {
    d.explanation = "No request hung, so nothing shows whether one is given up.";
  }
  const bool settled = term.holds == false;
  d.terms.push_back(std::move(term));
  return with_faults(std::move(d), facts, labels, settled);
}

}  // namespace

extern const Check k_gives_up_hangs{"gives_up_hangs", kSchema, decide};

}  // namespace assay::rubrics
