// kind: reads_on. Where an answer says that there is a further page, the function asks for it, or
// had found what it was looking for. For a positive indicator.

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "Where an answer says that there is a further page, the function asks for it, or had found what it was looking for. For a positive indicator.",
  "type": "object", "additionalProperties": false, "required": ["labels"],
  "properties": {"labels": {
      "description": "Labels of the cases that are looked at.",
      "type": "array", "minItems": 1, "items": {"type": "string"}}}})";

/// Whether every answer that named a further page was followed by a request of the same kind for
/// something else; nothing where no answer named one.
std::optional<bool> read_on(const TrafficFact& traffic) {
  std::optional<bool> all;
  for (std::size_t i = 0; i < traffic.exchanges.size(); ++i) {
    const Exchange& page = traffic.exchanges[i];
    if (!page.next_page || !page.served()) continue;
    bool followed = false;
    for (std::size_t k = i + 1; k < traffic.exchanges.size(); ++k)
      followed = followed || (traffic.exchanges[k].operation == page.operation &&
                              traffic.exchanges[k].thing != page.thing);
    all = all.value_or(true) && followed;
  }
  return all;
}

/// Who has found what was asked for need not read on.
bool has_found(const CaseFact& c) {
  return c.count_right == true || (c.expects == "value" && c.as_expected);
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  Term term{"a further page is asked for where it is needed", std::nullopt, {}};
  const CaseFact *stopped = nullptr, *went_on = nullptr;
  for (const CaseFact* c : facts.of_labels(labels)) {
    if (!c->answered()) continue;
    const TrafficFact& traffic = facts.traffic(*c);
    const auto all = read_on(traffic);
    if (!all || (!*all && has_found(*c))) continue;
    const CaseFact*& example = *all ? went_on : stopped;
    if (example == nullptr) example = c;
    if (!*all || !term.holds) cite(term.evidence, traffic.id);
    term.holds = term.holds.value_or(true) && *all;
  }
  d.evidence = term.evidence;
  if (stopped != nullptr) {
    cite(d.evidence, stopped->id);
    d.verdict = Verdict::kNotObserved;
    d.explanation =
        in_quotes(stopped->title) +
        " was answered from the first pages, though another followed: " + stopped->shown + ".";
  } else if (went_on != nullptr) {
    d.verdict = Verdict::kObserved;
    d.explanation =
        "It reads on to the further pages, for example in " + in_quotes(went_on->title) + ".";
  } else {
    d.explanation = "No answer came in pages.";
  }
  d.terms.push_back(std::move(term));
  return with_faults(std::move(d), facts, labels, stopped != nullptr);
}

}  // namespace

extern const Check k_reads_on{"reads_on", kSchema, decide};

}  // namespace assay::rubrics
