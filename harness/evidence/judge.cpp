#include "harness/evidence/judge.h"

#include <algorithm>
#include <array>
#include <iterator>
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
    auto [it, added] =
        numbers_.try_emplace({fact.kind, fact.statement, dump_json(Json(fact.cites))});
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

std::string why_no_draft(const model::Plan& plan, const Rework& rework, bool defines_entry) {
  if (!rework.kind) return "There is no draft to compare with.";
  if (rework.draft == nullptr)
    return "No draft was kept, so there is nothing to compare the solution with.";
  const GradableResult gradable =
      look_whether_gradable(plan, rework.draft->entry, rework.draft->observations, defines_entry);
  if (gradable.gradable.ok) return "";
  return "The draft is nothing to compare with: " + gradable.gradable.reason;
}

/// What one rubric's checks read: of the submission, of its review, and of its draft.
struct Derivation {
  Derivation(const model::Plan& plan, const Subject& submission, const Rework& rework,
             const rubrics::Reads& reads)
      : of_submission(derive(plan, submission, reads)) {
    bool draft_defines_entry = true;
    if (rework.draft != nullptr) {
      Derived of_draft = derive(plan, *rework.draft, reads);
      draft = std::move(of_draft.facts);
      draft_defines_entry = of_draft.defines_entry;
    }
    if (rework.review != nullptr)
      std::ranges::move(derive_passages(*rework.review), std::back_inserter(of_submission.facts));
    no_draft = why_no_draft(plan, rework, draft_defines_entry);
    has_review = rework.review != nullptr;
    all = of_submission.facts;
    all.insert(all.end(), draft.begin(), draft.end());
  }

  Derived of_submission;
  std::vector<Fact> draft;
  std::vector<Fact> all;  ///< of both
  std::string no_draft;   ///< why the draft is nothing to compare with; empty where it is
  bool has_review = false;
};

/// Rubrics that read the same parts of a result share one derivation.
class Derivations {
 public:
  Derivations(const std::vector<rubrics::Rubric>& rubrics, const model::Plan& plan,
              const Subject& submission, const Rework& rework) {
    for (const rubrics::Rubric& rubric : rubrics) {
      const auto same = std::ranges::find(reads_, rubric.reads);
      of_rubric_.push_back(static_cast<std::size_t>(same - reads_.begin()));
      if (same != reads_.end()) continue;
      reads_.push_back(rubric.reads);
      derived_.emplace_back(plan, submission, rework, rubric.reads);
    }
  }

  const Derivation& of_rubric(std::size_t i) const { return derived_[of_rubric_[i]]; }

 private:
  std::vector<rubrics::Reads> reads_;
  std::vector<Derivation> derived_;     // one for each of reads_
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

model::EntryPoint draft_entry(const model::EntryPoint& entry) {
  model::EntryPoint of_draft = entry;
  of_draft.file = model::kDraftFile;
  return of_draft;
}

Judgement judge(const model::Exercise& exercise, const model::Plan& plan,
                const std::vector<model::Observation>& observations, const Json& inspection,
                const std::vector<rubrics::Rubric>& rubrics, model::Level level,
                const Rework& rework) {
  ASSAY_ASSERT(!rubrics.empty(), "an exercise without a rubric passed its schema");
  Judgement judgement;
  const Subject submission{plan.entry, observations, inspection};
  const Derivations derivations(rubrics, plan, submission, rework);
  // Whether the entry point is defined is read from the source alone, so any derivation knows it.
  const GradableResult gradable = look_whether_gradable(
      plan, plan.entry, observations, derivations.of_rubric(0).of_submission.defines_entry);
  if (!gradable.gradable.ok) {
    judge_nothing(exercise, rubrics, level, gradable, judgement);
    return judgement;
  }
  Numbering numbering;
  for (std::size_t i = 0; i < rubrics.size(); ++i) {
    const Derivation& derived = derivations.of_rubric(i);
    const rubrics::FactSet draft(derived.draft);
    const rubrics::FactSet set(
        derived.of_submission.facts,
        {derived.no_draft.empty() ? &draft : nullptr, derived.no_draft, derived.has_review});
    auto decided = rubrics::decide_indicators(rubrics[i], set, exercise.asks);
    if (i == 0) judgement.overall = rubrics::decide_overall(rubrics[i], decided, set, level);
    for (Indicator& indicator : decided) {
      numbering.number(indicator, derived.all);
      judgement.indicators.push_back(std::move(indicator));
    }
  }
  judgement.evidence = numbering.take();
  return judgement;
}

}  // namespace assay::evidence
