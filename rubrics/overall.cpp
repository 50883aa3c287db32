#include "rubrics/overall.h"

#include <algorithm>

#include "harness/base/count.h"
#include "harness/model/anchor.h"

namespace assay::rubrics {
namespace {

using model::RuleTerm;

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

RuleTerm decide_term(const OverallTerm& term, const std::vector<model::Indicator>& indicators,
                     const FactSet& facts) {
  RuleTerm result;
  result.id = term.id;
  result.term = term.term;
  if (!term.indicator.empty()) {
    const auto it = std::find_if(indicators.begin(), indicators.end(),
                                 [&](const model::Indicator& i) { return i.id == term.indicator; });
    ASSAY_ASSERT(it != indicators.end(),
                 "a term names an indicator that was not decided: " + term.indicator);
    result.indicator = it->id;
    result.holds = model::term_holds(it->polarity, it->verdict);
    result.because = it->explanation;
  } else if (term.use.check != nullptr) {
    const Decision d = term.use.check->decide(facts, term.use.parameters);
    result.holds = model::term_holds(model::Polarity::kPositive, d.verdict);
    result.because = d.explanation;
  } else {
    std::size_t gaps = 0;
    for (const model::Indicator& indicator : indicators) gaps += indicator.gaps.size();
    result.holds = gaps == 0;
    result.because = gaps == 0
                         ? "No indicator of this rubric has a gap."
                         : "The indicators of this rubric have " + count_of(gaps, "gap") + ".";
  }
  return result;
}

const LevelRule& rule_of(const Rubric& rubric, model::Level level) {
  const auto it = rubric.levels.find(level);
  ASSAY_ASSERT(it != rubric.levels.end(),
               "a rubric without a rule for every level passed its schema");
  return it->second;
}

/// With its part in the rule of a level.
RuleTerm placed(RuleTerm term, const LevelRule& level) {
  term.required = contains(level.meets, term.id);
  term.exceeding = contains(level.exceeds, term.id);
  return term;
}

}  // namespace

model::Overall decide_overall(const Rubric& rubric, const std::vector<model::Indicator>& indicators,
                              const FactSet& facts, model::Level level) {
  const LevelRule& wanted = rule_of(rubric, level);
  model::Overall overall;
  for (const OverallTerm& term : rubric.terms)
    overall.rule.push_back(placed(decide_term(term, indicators, facts), wanted));
  model::Anchored anchored = model::anchor_of(overall.rule, level);
  overall.anchor = anchored.anchor;
  overall.provisional = anchored.provisional;
  overall.because = std::move(anchored.because);
  return overall;
}

model::Overall not_gradable(const Rubric& rubric, model::Level level) {
  const LevelRule& wanted = rule_of(rubric, level);
  model::Overall overall;
  for (const OverallTerm& term : rubric.terms) {
    RuleTerm open;
    open.id = term.id;
    open.term = term.term;
    open.indicator = term.indicator;
    overall.rule.push_back(placed(std::move(open), wanted));
  }
  overall.because = "No indicator was judged, which is not the same as below.";
  return overall;
}

}  // namespace assay::rubrics
