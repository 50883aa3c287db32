#include "harness/marks/apply.h"

#include <algorithm>
#include <map>

#include "harness/marks/target.h"
#include "harness/model/anchor.h"

namespace assay::marks {
namespace {

using model::AppliedMark;
using model::MarkState;
using model::RuleTerm;
using model::Verdict;

using Key = std::pair<std::string, std::string>;  // rubric and id

/// What people decided, where it stands.
std::map<Key, Verdict> decided_by_people(const std::vector<AppliedMark>& marks) {
  std::map<Key, Verdict> decided;
  for (const AppliedMark& applied : marks)
    if (applied.state == MarkState::kStands)
      decided[{applied.mark.rubric, applied.mark.indicator}] = applied.mark.human;
  return decided;
}

RuleTerm term_from(const Json& json) {
  RuleTerm term;
  term.id = json.at("id");
  term.term = json.at("term");
  if (!json.at("holds").is_null()) term.holds = json.at("holds").get<bool>();
  term.required = json.at("required");
  term.exceeding = json.at("exceeding");
  if (json.contains("indicator")) term.indicator = json.at("indicator");
  return term;
}

/// The rule with each term as people decided what it follows.
std::vector<RuleTerm> rule_with(const Json& graded, const std::vector<Target>& targets,
                                const std::map<Key, Verdict>& decided) {
  std::vector<RuleTerm> rule;
  for (const Json& json : graded.at("overall").at("rule")) {
    RuleTerm term = term_from(json);
    const std::string id =
        term.indicator.empty() ? std::string(model::kTermPrefix) + term.id : term.indicator;
    // The anchor is the first rubric's, and so are the indicators that its terms name.
    const Target* target = find_target(targets, targets.front().rubric, id);
    if (target == nullptr) target = find_target(targets, "", id);
    if (target != nullptr) {
      const auto human = decided.find({target->rubric, target->id});
      if (human != decided.end()) term.holds = model::term_holds(target->polarity, human->second);
    }
    rule.push_back(std::move(term));
  }
  return rule;
}

}  // namespace

std::vector<AppliedMark> states_of(const Json& graded, std::vector<model::Mark> marks) {
  const std::vector<Target> targets = targets_of(graded);
  std::map<Key, std::size_t> latest;
  for (std::size_t i = 0; i < marks.size(); ++i) latest[{marks[i].rubric, marks[i].indicator}] = i;
  std::vector<AppliedMark> applied;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    MarkState state = MarkState::kStands;
    const Target* target = find_target(targets, marks[i].rubric, marks[i].indicator);
    if (latest.at({marks[i].rubric, marks[i].indicator}) != i)
      state = MarkState::kReplaced;
    else if (target == nullptr || evidence_sha256(graded, *target) != marks[i].evidence_sha256)
      state = MarkState::kReopened;
    applied.push_back({std::move(marks[i]), state});
  }
  return applied;
}

model::Final final_of(const Json& graded, const std::vector<AppliedMark>& marks) {
  const Json& overall = graded.at("overall");
  const auto decided = decided_by_people(marks);
  model::Final final;
  final.anchor = *model::anchor_from(overall.at("anchor").get<std::string>());
  final.provisional = overall.at("provisional");
  final.because = overall.at("because");
  const std::vector<Target> targets = targets_of(graded);
  for (const Target& target : targets) {
    if (target.indicator == nullptr) continue;
    const auto human = decided.find({target.rubric, target.id});
    const Verdict verdict = human == decided.end() ? target.machine : human->second;
    if (verdict == Verdict::kNeedsHuman) final.open.push_back(target.id);
  }
  // What could not be graded does not become gradable by a mark on one of its indicators.
  if (final.anchor == model::Anchor::kNotGradable || decided.empty()) return final;
  const auto level = model::level_from(graded.at("exercise").at("level").get<std::string>());
  model::Anchored anchored = model::anchor_of(rule_with(graded, targets, decided), *level);
  final.anchor = anchored.anchor;
  final.provisional = anchored.provisional;
  final.because = std::move(anchored.because);
  return final;
}

void apply(Json& report, std::vector<model::Mark> marks) {
  const auto applied = states_of(report.at("graded"), std::move(marks));
  report["marks"] = applied;
  report["final"] = final_of(report.at("graded"), applied);
}

}  // namespace assay::marks
