// kind: separated_functions. No function that talks to the API compares the count with the minimum.
// Reads the source, and of it only what ran; for a positive indicator.

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "No function that talks to the API compares the count with the minimum. Reads the source, and of it only what ran. For a positive indicator.",
  "type": "object", "additionalProperties": false, "required": ["follows"],
  "properties": {
    "follows": {
      "description": "Two states that differ where the verdict follows the minimum. Where it does and no comparison was found, the source was not understood, and a person decides.",
      "type": "object", "additionalProperties": false, "required": ["above", "below"],
      "properties": {
        "above": {"description": "The label of cases whose count lies above the minimum.", "type": "string"},
        "below": {"description": "The label of cases whose count lies below it.", "type": "string"}}}}})";

std::string at(const FunctionFact& f, int line) {
  return f.name + " (" + f.file + ", line " + std::to_string(line) + ")";
}

int first_line(const FunctionFact& f) {
  for (const auto* lines : {&f.requests, &f.starter_calls, &f.reads, &f.status_looks})
    if (!lines->empty()) return lines->front();
  return f.line;
}

const std::vector<int>& compared(const FunctionFact& f, bool by_literal) {
  return by_literal ? f.literals : f.comparisons;
}

/// What an API function that compares does beside it, in words.
std::string beside(const FunctionFact& f) {
  if (!f.starter_calls.empty()) return "calls the given client";
  if (!f.status_looks.empty() && f.reads.empty() && f.requests.empty())
    return "looks at the status of the response";
  if (!f.reads.empty() && f.requests.empty() && f.sent_in.empty()) return "reads the response";
  return "sends the request";
}

struct Found {
  std::vector<const FunctionFact*> api, comparing, all_in_one, beside;
  std::vector<const FunctionFact*>
      idle;  ///< of the API, with a comparison that nobody seems to use
};

Found find(const FactSet& facts, bool by_literal) {
  Found found;
  for (const FunctionFact& f : facts.functions()) {
    const bool compares = !compared(f, by_literal).empty();
    if (f.is_api()) found.api.push_back(&f);
    if (compares) found.comparing.push_back(&f);
    if (f.is_api() && !compares && !f.idle_comparisons.empty()) found.idle.push_back(&f);
    if (!f.is_api() || !compares) continue;
    const bool sends = !f.requests.empty() || (!f.sent_in.empty() && f.starter_calls.empty());
    if (sends && !f.reads.empty())
      found.all_in_one.push_back(&f);
    else
      found.beside.push_back(&f);
  }
  return found;
}

void explain(const FactSet& facts, const Found& found, bool by_literal, bool follows, Decision& d) {
  if (!found.all_in_one.empty()) {
    const FunctionFact& f = *found.all_in_one.front();
    d.verdict = Verdict::kNotObserved;
    d.explanation = f.name +
                    " sends the request, reads the answer and compares the count, all in one (" +
                    f.file + ", lines " + std::to_string(first_line(f)) + " and " +
                    std::to_string(compared(f, by_literal).front()) + ").";
  } else if (!found.beside.empty()) {
    const FunctionFact& f = *found.beside.front();
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = f.name + " " + beside(f) + " in line " + std::to_string(first_line(f)) +
                    " and compares the count in line " +
                    std::to_string(compared(f, by_literal).front()) +
                    "; whether that is separation enough is for a person to say.";
    d.questions.push_back(
        {"Does " + f.name + " keep the API call and the validation apart?", d.evidence});
  } else if (!found.idle.empty()) {
    const FunctionFact& f = *found.idle.front();
    d.verdict = Verdict::kNeedsHuman;
    d.explanation = f.name + " " + beside(f) + " in line " + std::to_string(first_line(f)) +
                    " and compares the count in line " +
                    std::to_string(f.idle_comparisons.front()) +
                    "; whether anything gets to know of that could not be seen.";
    d.questions.push_back({"Does " + f.name + " judge the count? " + d.explanation, d.evidence});
  } else if (!facts.source().readable) {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation =
        "The source could not be read (" + facts.source().problem + "), so a person must look.";
    d.questions.push_back(
        {"Are the API call and the validation in functions of their own?", d.evidence});
  } else if (!found.api.empty() && !found.comparing.empty()) {
    const FunctionFact& asks = *found.api.front();
    const FunctionFact& judges = *found.comparing.front();
    d.verdict = Verdict::kObserved;
    d.explanation = "The API is asked in " + at(asks, first_line(asks)) +
                    ", and the count is judged in " +
                    at(judges, compared(judges, by_literal).front()) + ".";
  } else if (follows && !facts.functions().empty()) {
    d.verdict = Verdict::kNeedsHuman;
    d.explanation =
        std::string("The verdict follows the minimum, but reading the source did not find where ") +
        (found.api.empty() ? "the API is asked." : "the two are compared.");
    d.questions.push_back(
        {"Are the API call and the validation in functions of their own?", d.evidence});
  } else {
    d.verdict = Verdict::kNotExercised;
    d.explanation = found.api.empty() ? "No function that ran talks to the API."
                                      : "No function that ran compares the count with anything.";
  }
}

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  d.basis = model::Basis::kStatic;
  bool by_literal = true;
  for (const FunctionFact& f : facts.functions()) by_literal = by_literal && f.comparisons.empty();
  const Found found = find(facts, by_literal);

  Term asks{"a function talks to the API", !found.api.empty(), {}};
  Term judges{"a function compares the count with the minimum", !found.comparing.empty(), {}};
  Term apart{"no function does both", std::nullopt, {}};
  for (const FunctionFact* f : found.api) cite(asks.evidence, f->id);
  for (const FunctionFact* f : found.comparing) cite(judges.evidence, f->id);
  for (const FunctionFact* f : found.all_in_one) cite(apart.evidence, f->id);
  for (const FunctionFact* f : found.beside) cite(apart.evidence, f->id);
  for (const FunctionFact* f : found.idle) cite(apart.evidence, f->id);
  if (!found.all_in_one.empty())
    apart.holds = false;
  else if (found.beside.empty() && found.idle.empty() && *asks.holds && *judges.holds)
    apart.holds = true;
  for (const Term* term : {&apart, &asks, &judges})
    for (const std::string& id : term->evidence) cite(d.evidence, id);
  if (!facts.source().readable) cite(d.evidence, facts.source().id);
  d.terms = {std::move(asks), std::move(judges), std::move(apart)};

  const Json& pair = parameters.at("follows");
  const Labels labels{pair.at("above").get<std::string>(), pair.at("below").get<std::string>()};
  const bool follows = tell_apart(facts, labels[0], labels[1]).apart == true;
  explain(facts, found, by_literal, follows, d);
  return with_faults(std::move(d), facts, labels, d.verdict != Verdict::kNotExercised);
}

}  // namespace

extern const Check k_separated_functions{"separated_functions", kSchema, decide, true};

}  // namespace assay::rubrics
