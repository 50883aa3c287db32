#include "harness/evidence/derive.h"

#include "harness/base/count.h"
#include "harness/evidence/functions.h"
#include "harness/evidence/passages.h"
#include "harness/evidence/states.h"
#include "harness/evidence/text.h"
#include "harness/evidence/traffic.h"
#include "rubrics/check.h"
#include "rubrics/handlers.h"

namespace assay::evidence {
namespace {

using model::Citation;
using model::Fact;
using rubrics::CaseFact;
using rubrics::FunctionFact;
using rubrics::in_quotes;

constexpr std::size_t kMaxCited = 12;
constexpr std::size_t kMaxQuoted = 300;  // of a review's passage

/// Who did it, and whether requests say anything of it.
struct Teller {
  std::string who = "the function";
  bool tells_requests = true;
};

std::string sentence_of(const CaseFact& c, const Teller& teller) {
  std::string text = in_quotes(c.title) + ": ";
  if (c.outcome == model::to_string(model::OutcomeKind::kNotRun)) return text + "it was not run.";
  if (!c.ran) return text + "Assay itself failed in this case.";
  if (c.answer == "raised")
    text += teller.who + (c.deliberate ? " raised " : " let through ");
  else if (c.answer == "nothing")
    text += teller.who + " gave no answer: ";
  else
    text += teller.who + " returned ";
  text += c.shown;
  if (!teller.tells_requests) return text + ".";
  if (c.requests == 0)
    text += ", without a request";
  else
    text += " after " + count_of(static_cast<std::size_t>(c.requests), "request");
  return text + ".";
}

Fact fact_of(const CaseFact& c, const model::Observation& observation, const Teller& teller) {
  Fact fact{"case:" + c.case_id, "case", sentence_of(c, teller), c, {Citation::of_case(c.case_id)}};
  const model::Request *first = nullptr, *last = nullptr;
  for (const model::Request& request : observation.requests) {
    if (request.phase != model::Phase::kCall) continue;
    if (first == nullptr) first = &request;
    last = &request;
  }
  if (first != nullptr) fact.cites.push_back(Citation::of_request(c.case_id, first->seq));
  if (last != first) fact.cites.push_back(Citation::of_request(c.case_id, last->seq));
  return fact;
}

std::string lines_in_words(const std::vector<int>& lines) {
  std::vector<std::string> items;
  for (const int line : lines) items.push_back(std::to_string(line));
  return (items.size() == 1 ? "line " : "lines ") + rubrics::listed(items);
}

Fact fact_of(const FunctionFact& f) {
  std::vector<std::string> does;
  std::vector<Citation> cites;
  const auto add = [&](const char* what, const std::vector<int>& lines) {
    if (lines.empty()) return;
    does.push_back(std::string(what) + " in " + lines_in_words(lines));
    for (const int line : lines)
      if (cites.size() < kMaxCited) cites.push_back(Citation::of_source(f.file, line, line));
  };
  add("sends requests", f.requests);
  add("calls the given client", f.starter_calls);
  add("reads the answer", f.reads);
  add("looks at its status", f.status_looks);
  add("compares the count with the minimum", f.comparisons);
  add("compares the count with a literal", f.literals);
  if (!f.sent_in.empty() && f.requests.empty() && f.starter_calls.empty()) {
    does.insert(does.begin(), "was seen to use the network");
    for (std::size_t i = 0; i < f.sent_in.size() && cites.size() < kMaxCited; ++i)
      cites.push_back(Citation::of_case(f.sent_in[i]));
  }
  if (cites.empty()) cites.push_back(Citation::of_source(f.file, f.line, f.end_line));
  return {"function:" + f.file + ":" + std::to_string(f.line) + ":" + f.name, "function",
          f.name + " (" + f.file + ") " + rubrics::listed(does, does.size()) + ".", f,
          std::move(cites)};
}

Fact fact_of(const rubrics::StatesFact& states, const std::vector<CaseFact>& cases, bool is_draft) {
  std::vector<std::string> parts;
  for (const auto& [label, entries] : states.labels) {
    std::vector<std::string> keys;
    for (const auto& entry : entries) keys.push_back(entry.key);
    parts.push_back(rubrics::words(label) + ": " +
                    (keys.empty() ? "nothing" : rubrics::listed(keys, 6)));
  }
  Fact fact{"states", "states", "What each state of the world was answered with", states, {}};
  fact.statement += is_draft ? " by the draft. " : ". ";
  for (std::size_t i = 0; i < parts.size(); ++i) fact.statement += (i > 0 ? "; " : "") + parts[i];
  fact.statement += ".";
  // One case for each key is enough to look it up.
  for (const auto& [label, entries] : states.labels)
    for (const auto& entry : entries)
      if (fact.cites.size() < kMaxCited)
        fact.cites.push_back(Citation::of_case(entry.cases.front()));
  if (fact.cites.empty() && !cases.empty())
    fact.cites.push_back(Citation::of_case(cases.front().case_id));
  return fact;
}

Fact fact_of(const rubrics::SourceFact& source, const std::string& file) {
  return {"source",
          "source",
          source.readable ? "The source was read."
                          : "The source could not be read: " + source.problem + ".",
          source,
          {Citation::of_source(file, 1, 1)}};
}

std::string lines_in_words(int line, int end_line) {
  return line == end_line ? "line " + std::to_string(line)
                          : "lines " + std::to_string(line) + " to " + std::to_string(end_line);
}

Fact fact_of(const rubrics::HandlerFact& h) {
  std::string what = h.catches == "bare" ? "everything" : h.catches;
  if (h.form != "except") what += " by a " + rubrics::catching(h);
  std::string statement = h.function + " catches " + what + " (" + h.file + ", " +
                          lines_in_words(h.line, h.end_line) + "); ";
  statement += h.entered.empty() ? "no case went through it."
                                 : count_of(h.entered.size(), "case") + " went through it.";
  if (!h.watched && h.entered.empty()) statement.erase(statement.rfind(';')) += ".";
  Fact fact{"handler:" + h.file + ":" + std::to_string(h.line),
            "handler",
            std::move(statement),
            h,
            {Citation::of_source(h.file, h.line, h.end_line)}};
  for (std::size_t i = 0; i < h.entered.size() && fact.cites.size() < kMaxCited; ++i)
    fact.cites.push_back(Citation::of_case(h.entered[i]));
  return fact;
}

/// Says of a fact that it is the draft's.
void make_drafts(Fact& fact) {
  fact.id = "draft/" + fact.id;
  for (Citation& citation : fact.cites) citation.of_draft = true;
}

}  // namespace

Derived derive(const model::Plan& plan, const Subject& subject, const rubrics::Reads& reads) {
  const auto& observations = subject.observations;
  ASSAY_ASSERT(plan.cases.size() == observations.size(),
               "there is not one observation for each case");
  const auto starter = unchanged_starter_files(subject.inspection, plan);
  const CaseContext context{reads, plan.needs_warehouse, starter, plan.environment};
  std::vector<CaseValues> values;
  std::vector<CaseFact> cases;
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    values.push_back(values_of(plan.cases[i], subject.entry, reads));
    cases.push_back(look_at_case(plan.cases[i], observations[i], values.back(), context));
  }
  add_state_keys(plan.cases, observations, values, reads, cases);
  add_escapes(reads, cases);
  const FunctionFacts functions =
      look_at_functions(subject.inspection, plan, subject.entry, observations, reads.minimum);

  Derived derived;
  derived.defines_entry = functions.defines_entry;
  if (!reads.states.empty())
    derived.facts.push_back(fact_of(summarise_states(reads, cases), cases, subject.is_draft));
  derived.facts.push_back(fact_of(functions.source, subject.entry.file));
  for (const FunctionFact& function : functions.functions)
    derived.facts.push_back(fact_of(function));
  for (const rubrics::HandlerFact& handler : functions.handlers)
    derived.facts.push_back(fact_of(handler));
  const Teller teller{subject.is_draft ? "the draft" : "the function", plan.needs_warehouse};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    derived.facts.push_back(fact_of(cases[i], observations[i], teller));
    if (plan.needs_warehouse)
      derived.facts.push_back(fact_of(look_at_traffic(plan.cases[i], observations[i], plan.limits),
                                      plan.cases[i].title));
  }
  if (subject.is_draft)
    for (Fact& fact : derived.facts) make_drafts(fact);
  return derived;
}

std::vector<Fact> derive_passages(const model::SourceFile& review) {
  std::vector<Fact> facts;
  for (const rubrics::PassageFact& passage : passages_of(review))
    facts.push_back({"passage:" + std::to_string(passage.line),
                     "passage",
                     "The review says: " + in_quotes(clip(passage.text, kMaxQuoted)),
                     passage,
                     {Citation::of_source(passage.file, passage.line, passage.end_line)}});
  return facts;
}

}  // namespace assay::evidence
