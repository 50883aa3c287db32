#include "rubrics/engine.h"

#include <algorithm>

namespace assay::rubrics {
namespace {

model::Indicator blank(const Rubric& rubric, const IndicatorRule& rule,
                       const std::vector<model::Ask>& asks) {
  model::Indicator indicator;
  indicator.rubric = rubric.id;
  indicator.id = rule.id;
  indicator.label = rule.label;
  indicator.polarity = rule.polarity;
  for (const std::string& id : rule.asks) {
    const auto it =
        std::find_if(asks.begin(), asks.end(), [&](const model::Ask& a) { return a.id == id; });
    if (it == asks.end())
      continue;  // the exercise need not ask in every sentence that a rubric knows
    if (!indicator.asks.empty()) indicator.asks += " ";
    indicator.asks += it->sentence;
  }
  return indicator;
}

}  // namespace

std::vector<model::Indicator> decide_indicators(const Rubric& rubric, const FactSet& facts,
                                                const std::vector<model::Ask>& asks) {
  std::vector<model::Indicator> indicators;
  for (const IndicatorRule& rule : rubric.indicators) {
    Decision d = rule.use.check->decide(facts, rule.use.parameters);
    model::Indicator indicator = blank(rubric, rule, asks);
    indicator.verdict = d.verdict;
    indicator.basis = d.basis;
    indicator.explanation = std::move(d.explanation);
    indicator.terms = std::move(d.terms);
    indicator.gaps = std::move(d.gaps);
    indicator.notes = std::move(d.notes);
    indicator.evidence = std::move(d.evidence);
    indicator.suggestion = std::move(d.suggestion);
    indicator.questions = std::move(d.questions);
    indicators.push_back(std::move(indicator));
  }
  return indicators;
}

std::vector<model::Indicator> decide_nothing(const Rubric& rubric,
                                             const std::vector<model::Ask>& asks,
                                             model::Verdict verdict, const std::string& reason) {
  std::vector<model::Indicator> indicators;
  for (const IndicatorRule& rule : rubric.indicators) {
    indicators.push_back(blank(rubric, rule, asks));
    indicators.back().verdict = verdict;
    indicators.back().explanation = reason;
  }
  return indicators;
}

}  // namespace assay::rubrics
