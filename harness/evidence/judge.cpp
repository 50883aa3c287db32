#include "harness/evidence/judge.h"

#include <algorithm>
#include <array>
#include <map>

#include "harness/evidence/derive.h"
#include "harness/evidence/gradable.h"
#include "rubrics/engine.h"
#include "rubrics/overall.h"

namespace assay::evidence {
namespace {

using model::Fact;
using model::Indicator;
using model::Judgement;

/// Numbers the facts that are cited, in the order in which a reader of the report meets them. Facts
/// of two derivations that read the same and cite the same are one fact.
class Numbering {
 public:
  /// Numbers in place; `facts` are those that the indicator was decided from.
  void number(Indicator& indicator, const std::vector<Fact>& facts) {
    number(indicator.evidence, facts);
    for (model::Term& term : indicator.terms) number(term.evidence, facts);
    if (indicator.suggestion) {
      number(indicator.suggestion->evidence, facts);
      for (model::Pairing& pairing : indicator.suggestion->pairs)
        for (auto* ids : {&pairing.passage, &pairing.draft, &pairing.solution}) number(*ids, facts);
    }
    for (model::Question& question : indicator.questions) number(question.evidence, facts);
  }

  std::vector<Fact> take() { return std::move(cited_); }

 private:
  void number(std::vector<std::string>& ids, const std::vector<Fact>& facts) {
    std::vector<std::string> numbered;
    for (const std::string& id : ids) {
      const auto fact = std::ranges::find(facts, id, &Fact::id);
      ASSAY_ASSERT(fact != facts.end(), "a check cites a fact that does not exist: " + id);
      rubrics::cite(numbered, number_of(*fact));
    }
    ids = std::move(numbered);
  }

  const std::string& number_of(const Fact& fact) {
    auto [it, added] = numbers_.try_emplace({fact.kind, fact.statement, Json(fact.cites).dump()});
    if (added) {
      it->second = "e" + std::to_string(cited_.size() + 1);
      cited_.push_back(fact);
      cited_.back().id = it->second;
    }
    return it->second;
  }

  std::map<std::array<std::string, 3>, std::string> numbers_;  // by what a reader sees of a fact
  std::vector<Fact> cited_;
};

/// Rubrics that read the same parts of a result share one derivation.
class Derivations {
 public:
  Derivations(const std::vector<rubrics::Rubric>& rubrics, const model::Plan& plan,
              const std::vector<model::Observation>& observations, const Json& inspection) {
    for (const rubrics::Rubric& rubric : rubrics) {
      const auto same = std::ranges::find(reads_, rubric.reads);
      of_rubric_.push_back(static_cast<std::size_t>(same - reads_.begin()));
      if (same != reads_.end()) continue;
      reads_.push_back(rubric.reads);
      derived_.push_back(derive(plan, observations, inspection, rubric.reads));
    }
  }

  const Derived& of_rubric(std::size_t i) const { return derived_[of_rubric_[i]]; }

 private:
  std::vector<rubrics::Reads> reads_;
  std::vector<Derived> derived_;        // one for each of reads_
  std::vector<std::size_t> of_rubric_;  // index of its derivation
};

void judge_nothing(const model::Exercise& exercise, const std::vector<rubrics::Rubric>& rubrics,
                   model::Level level, const GradableResult& result, Judgement& judgement) {
  const auto verdict =
      result.our_fault ? model::Verdict::kUndetermined : model::Verdict::kNotExercised;
  judgement.gradable = result.gradable;
  for (const rubrics::Rubric& rubric : rubrics) {
    auto decided = rubrics::decide_nothing(rubric, exercise.asks, verdict, result.gradable.reason);
    for (Indicator& indicator : decided) judgement.indicators.push_back(std::move(indicator));
  }
  judgement.overall = rubrics::not_gradable(rubrics.front(), level);
}

}  // namespace

Judgement judge(const model::Exercise& exercise, const model::Plan& plan,
                const std::vector<model::Observation>& observations, const Json& inspection,
                const std::vector<rubrics::Rubric>& rubrics, model::Level level) {
  ASSAY_ASSERT(!rubrics.empty(), "an exercise without a rubric passed its schema");
  Judgement judgement;
  const Derivations derivations(rubrics, plan, observations, inspection);
  // Whether the entry point is defined is read from the source alone, so any derivation knows it.
  const GradableResult gradable =
      look_whether_gradable(plan, observations, derivations.of_rubric(0).defines_entry);
  if (!gradable.gradable.ok) {
    judge_nothing(exercise, rubrics, level, gradable, judgement);
    return judgement;
  }
  Numbering numbering;
  for (std::size_t i = 0; i < rubrics.size(); ++i) {
    const std::vector<Fact>& facts = derivations.of_rubric(i).facts;
    const rubrics::FactSet set(facts);
    auto decided = rubrics::decide_indicators(rubrics[i], set, exercise.asks);
    if (i == 0) judgement.overall = rubrics::decide_overall(rubrics[i], decided, set, level);
    for (Indicator& indicator : decided) {
      numbering.number(indicator, facts);
      judgement.indicators.push_back(std::move(indicator));
    }
  }
  judgement.evidence = numbering.take();
  return judgement;
}

}  // namespace assay::evidence
