#include "rubrics/overall.h"

#include <algorithm>

namespace assay::rubrics {
namespace {

using model::Anchor;
using model::RuleTerm;
using model::Verdict;

/// Whether a verdict is the wanted one; nothing where it is still open.
std::optional<bool> holds(Verdict verdict, Verdict wanted) {
  if (verdict == Verdict::kNeedsHuman || verdict == Verdict::kUndetermined) return std::nullopt;
  return verdict == wanted;
}

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

RuleTerm decide_term(const OverallTerm& term, const std::vector<model::Indicator>& indicators,
                     const FactSet& facts) {
  RuleTerm result{term.id, term.term, std::nullopt, false, ""};
  if (!term.indicator.empty()) {
    const auto it = std::find_if(indicators.begin(), indicators.end(),
                                 [&](const model::Indicator& i) { return i.id == term.indicator; });
    ASSAY_ASSERT(it != indicators.end(),
                 "a term names an indicator that was not decided: " + term.indicator);
    const bool positive = it->polarity == model::Polarity::kPositive;
    result.holds = holds(it->verdict, positive ? Verdict::kObserved : Verdict::kNotObserved);
    result.because = it->explanation;
  } else if (term.use.check != nullptr) {
    const Decision d = term.use.check->decide(facts, term.use.parameters);
    result.holds = holds(d.verdict, Verdict::kObserved);
    result.because = d.explanation;
  } else {
    std::size_t gaps = 0;
    for (const model::Indicator& indicator : indicators) gaps += indicator.gaps.size();
    result.holds = gaps == 0;
    result.because =
        gaps == 0 ? "No indicator has a gap." : "There are gaps: " + std::to_string(gaps) + ".";
  }
  return result;
}

/// The anchor where open terms count as `open`.
Anchor anchor_if(const std::vector<RuleTerm>& rule, const LevelRule& level, bool open_meets,
                 bool open_exceeds) {
  bool meets = true, exceeds = true;
  for (const RuleTerm& term : rule) {
    if (contains(level.meets, term.id)) {
      meets = meets && term.holds.value_or(open_meets);
      exceeds = exceeds && term.holds.value_or(open_exceeds);
    }
    if (contains(level.exceeds, term.id)) exceeds = exceeds && term.holds.value_or(open_exceeds);
  }
  if (!meets) return Anchor::kBelow;
  return exceeds ? Anchor::kExceeds : Anchor::kMeets;
}

/// "tells missing from low (T1a); returns a structured status (T2)"
std::string in_words(const std::vector<const RuleTerm*>& terms) {
  std::string text;
  for (const RuleTerm* term : terms)
    text += (text.empty() ? "" : "; ") + term->term + " (" + term->id + ")";
  return text;
}

std::string reason(const model::Overall& overall, const LevelRule& level, model::Level name) {
  std::vector<const RuleTerm*> failing, open;
  for (const RuleTerm& term : overall.rule) {
    const bool counts = contains(level.meets, term.id) ||
                        (overall.anchor != Anchor::kBelow && contains(level.exceeds, term.id));
    if (!counts) continue;
    if (term.holds == false) failing.push_back(&term);
    if (!term.holds) open.push_back(&term);
  }
  const std::string at = " the level " + std::string(model::to_string(name));
  std::string text;
  switch (overall.anchor) {
    case Anchor::kExceeds:
      text = "Everything holds that exceeding" + at + " asks for.";
      break;
    case Anchor::kMeets:
      text = "Nothing that meeting" + at + " asks for fails.";
      if (!failing.empty()) text += " Missing for exceeding it: " + in_words(failing) + ".";
      break;
    default:
      text = "Missing for meeting" + at + ": " + in_words(failing) + ".";
      break;
  }
  if (overall.provisional) text += " Still to be decided: " + in_words(open) + ".";
  return text;
}

const LevelRule& rule_of(const Rubric& rubric, model::Level level) {
  const auto it = rubric.levels.find(level);
  ASSAY_ASSERT(it != rubric.levels.end(),
               "a rubric without a rule for every level passed its schema");
  return it->second;
}

}  // namespace

model::Overall decide_overall(const Rubric& rubric, const std::vector<model::Indicator>& indicators,
                              const FactSet& facts, model::Level level) {
  const LevelRule& wanted = rule_of(rubric, level);
  model::Overall overall;
  for (const OverallTerm& term : rubric.terms) {
    overall.rule.push_back(decide_term(term, indicators, facts));
    overall.rule.back().required = contains(wanted.meets, term.id);
  }
  // A term that nobody has decided yet lowers nobody, and raises nobody above `meets`.
  overall.anchor = anchor_if(overall.rule, wanted, true, false);
  overall.provisional =
      anchor_if(overall.rule, wanted, false, false) != anchor_if(overall.rule, wanted, true, true);
  overall.because = reason(overall, wanted, level);
  return overall;
}

model::Overall not_gradable(const Rubric& rubric, model::Level level) {
  const LevelRule& wanted = rule_of(rubric, level);
  model::Overall overall;
  for (const OverallTerm& term : rubric.terms)
    overall.rule.push_back({term.id, term.term, std::nullopt, contains(wanted.meets, term.id), ""});
  overall.because = "No indicator was judged, which is not the same as below.";
  return overall;
}

}  // namespace assay::rubrics
