#include "rubrics/expected.h"

#include "harness/base/count.h"

namespace assay::rubrics {
namespace {

using model::Term;
using model::Verdict;

/// Further cases that went wrong, as gaps.
constexpr std::size_t kMaxGaps = 20;

struct Seen {
  std::size_t right = 0;
  std::vector<const CaseFact*> wrong;

  std::size_t all() const { return right + wrong.size(); }
};

Seen look(const FactSet& facts, const Labels& labels, std::string_view expects, Decision& d) {
  Seen seen;
  for (const std::string& label : labels) {
    Term term{"every case of " + words(label) + " goes as it must", std::nullopt, {}};
    for (const CaseFact* c : facts.of_label(label)) {
      if ((c->expects != expects && c->expects != "either") || !c->ran || !c->reached) continue;
      if (c->as_expected)
        ++seen.right;
      else
        seen.wrong.push_back(c);
      // Those that went wrong tell the most; of the others one is enough.
      if (!c->as_expected || !term.holds) cite(term.evidence, c->id);
      term.holds = term.holds.value_or(true) && c->as_expected;
    }
    d.terms.push_back(std::move(term));
  }
  for (const CaseFact* c : seen.wrong) cite(d.evidence, c->id);
  for (const Term& term : d.terms)
    for (const std::string& id : term.evidence) cite(d.evidence, id);
  return seen;
}

bool answered_right(const FactSet& facts, const Labels& labels) {
  for (const CaseFact* c : facts.of_labels(labels))
    if (c->expects != "exception" && c->returned() && c->as_expected) return true;
  return false;
}

/// "a", "b" as "a or b".
std::string either(const Labels& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : " or ") + words(label);
  return text;
}

std::string told(const CaseFact& c) { return in_quotes(c.title) + ": " + c.difference; }

}  // namespace

Decision decide_expected(const FactSet& facts, const Json& parameters, std::string_view expects) {
  Decision d;
  const Labels labels = labels_of(parameters, "labels");
  const Labels answers_in = labels_of(parameters, "answers_in");
  const bool wants_right = parameters.value("observed_where", "all_right") == "all_right";
  const Seen seen = look(facts, labels, expects, d);
  const bool nothing_shown = !answers_in.empty() && !answered_right(facts, answers_in);
  if (seen.all() == 0) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "No case that could show it was run.";
  } else if (nothing_shown) {
    d.verdict = Verdict::kNotExercised;
    d.explanation = "No case of " + either(answers_in) +
                    " was answered rightly, so what came here shows nothing by itself.";
  } else if (seen.wrong.empty()) {
    d.verdict = wants_right ? Verdict::kObserved : Verdict::kNotObserved;
    d.explanation = seen.all() == 1 ? "The one case went as it must."
                                    : "All " + count_of(seen.all(), "case") + " went as they must.";
  } else {
    d.verdict = wants_right ? Verdict::kNotObserved : Verdict::kObserved;
    d.explanation = std::to_string(seen.wrong.size()) + " of " + count_of(seen.all(), "case") +
                    " did not go as it must; " + told(*seen.wrong.front()) + ".";
    // The first stands in the explanation.
    for (std::size_t i = 1; i < seen.wrong.size() && i <= kMaxGaps; ++i)
      d.gaps.push_back(told(*seen.wrong[i]));
  }
  Labels read = labels;
  read.insert(read.end(), answers_in.begin(), answers_in.end());
  return with_faults(std::move(d), facts, read, !nothing_shown && !seen.wrong.empty());
}

}  // namespace assay::rubrics
