// kind: tells_secret. The value of an environment variable stands in what the function returns or
// raises; on stdout or stderr it is noted. For a negative indicator.

#include <algorithm>

#include "rubrics/check.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

constexpr std::string_view kSchema = R"({
  "description": "The value of an environment variable stands in what the function returns or raises; on stdout or stderr it is noted. For a negative indicator.",
  "type": "object", "additionalProperties": false, "required": ["variable"],
  "properties": {"variable": {
      "description": "The environment variable whose value is secret.",
      "type": "string", "minLength": 1}}})";

Decision decide(const FactSet& facts, const Json& parameters) {
  Decision d;
  const auto variable = parameters.at("variable").get<std::string>();
  const auto holds = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), variable) != names.end();
  };
  Term term{"a returned or raised text holds the value of " + variable, std::nullopt, {}};
  const CaseFact *teller = nullptr, *printer = nullptr, *wordy = nullptr;
  Labels labels;
  for (const CaseFact& c : facts.cases()) {
    cite(labels, c.label);
    if (c.ran && printer == nullptr && holds(c.printed)) printer = &c;
    if (!c.answered()) continue;
    if (wordy == nullptr && c.wordy) wordy = &c;
    if (teller == nullptr && holds(c.told)) teller = &c;
  }
  if (wordy != nullptr || teller != nullptr) term.holds = teller != nullptr;
  const CaseFact* example = teller != nullptr ? teller : wordy;
  if (example != nullptr) cite(term.evidence, example->id);
  d.evidence = term.evidence;
  if (teller != nullptr) {
    d.verdict = Verdict::kObserved;
    d.explanation = "What the function gave back in " + in_quotes(teller->title) +
                    " holds the value of " + variable + ".";
  } else if (wordy != nullptr) {
    d.verdict = Verdict::kNotObserved;
    d.explanation = "No text that was given back holds the value of " + variable + ".";
  } else {
    d.explanation = "No text was given back, so none could hold a secret.";
  }
  if (printer != nullptr) {
    d.notes.push_back("in " + in_quotes(printer->title) + " the value of " + variable +
                      " was printed");
    cite(d.evidence, printer->id);
  }
  d.terms.push_back(std::move(term));
  return with_faults(std::move(d), facts, labels, teller != nullptr);
}

}  // namespace

extern const Check k_tells_secret{"tells_secret", kSchema, decide};

}  // namespace assay::rubrics
