#include "harness/evidence/judge.h"

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

/// Numbers the facts that are cited, in the order in which a reader of the report meets them.
class Numbering {
 public:
  explicit Numbering(const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) by_id_.emplace(fact.id, &fact);
  }

  void number(std::vector<std::string>& ids) {
    for (std::string& id : ids) {
      const auto fact = by_id_.find(id);
      ASSAY_ASSERT(fact != by_id_.end(), "a check cites a fact that does not exist: " + id);
      auto [it, added] = numbers_.emplace(id, "");
      if (added) {
        it->second = "e" + std::to_string(cited_.size() + 1);
        cited_.push_back(*fact->second);
        cited_.back().id = it->second;
      }
      id = it->second;
    }
  }

  void number(Indicator& indicator) {
    number(indicator.evidence);
    for (model::Term& term : indicator.terms) number(term.evidence);
    if (indicator.suggestion) number(indicator.suggestion->evidence);
    for (model::Question& question : indicator.questions) number(question.evidence);
  }

  std::vector<Fact> take() { return std::move(cited_); }

 private:
  std::map<std::string, const Fact*> by_id_;
  std::map<std::string, std::string> numbers_;
  std::vector<Fact> cited_;
};

/// Facts of several rubrics in one list: ids are told apart where there is more than one.
std::string own_id(const rubrics::Rubric& rubric, const std::string& id, bool several) {
  return several ? rubric.id + "/" + id : id;
}

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
  std::vector<Fact> all;
  std::vector<std::vector<Fact>> facts;
  bool defines_entry = true;
  for (const rubrics::Rubric& rubric : rubrics) {
    Derived derived = derive(plan, observations, inspection, rubric.reads);
    defines_entry = derived.defines_entry;
    for (Fact& fact : derived.facts) {
      fact.id = own_id(rubric, fact.id, rubrics.size() > 1);
      all.push_back(fact);
    }
    facts.push_back(std::move(derived.facts));
  }
  const GradableResult gradable = look_whether_gradable(plan, observations, defines_entry);
  if (!gradable.gradable.ok) {
    judge_nothing(exercise, rubrics, level, gradable, judgement);
    return judgement;
  }
  for (std::size_t i = 0; i < rubrics.size(); ++i) {
    const rubrics::FactSet set(facts[i]);
    auto decided = rubrics::decide_indicators(rubrics[i], set, exercise.asks);
    if (i == 0) judgement.overall = rubrics::decide_overall(rubrics[i], decided, set, level);
    for (Indicator& indicator : decided) judgement.indicators.push_back(std::move(indicator));
  }
  Numbering numbering(all);
  for (Indicator& indicator : judgement.indicators) numbering.number(indicator);
  judgement.evidence = numbering.take();
  return judgement;
}

}  // namespace assay::evidence
