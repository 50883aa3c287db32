#include "harness/run/validate.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "harness/authored/document.h"
#include "harness/base/nearest_word.h"
#include "harness/evidence/gradable.h"
#include "harness/evidence/judge.h"
#include "harness/report/repeated.h"
#include "harness/run/grading.h"
#include "harness/run/intake.h"
#include "harness/run/repeated.h"

namespace assay::run {
namespace {

using model::Level;
using model::Polarity;
using model::Verdict;

constexpr std::array kLevels = {Level::kJunior, Level::kMid, Level::kSenior, Level::kPrincipal};
/// Statements of evidence that a difference repeats; the report has all.
constexpr std::size_t kMaxStatements = 3;
constexpr std::string_view kExpectedFile = "expected.yaml";

/// The explanation of an indicator, and the first statements that it rests on.
std::string because(const model::Indicator& indicator, const model::Judgement& judgement) {
  std::string text = indicator.explanation;
  std::size_t given = 0;
  for (const std::string& id : indicator.evidence) {
    if (given == kMaxStatements) break;
    const auto fact = std::ranges::find(judgement.evidence, id, &model::Fact::id);
    if (fact == judgement.evidence.end()) continue;
    text += " [" + fact->statement + "]";
    ++given;
  }
  return text;
}

/// Indicators that a person decides. Where nothing could be graded a judgement does not say so of
/// them, so one judgement that does is enough.
std::set<std::string> decided_by_person(const std::vector<model::Judgement>& judgements) {
  std::set<std::string> ids;
  for (const model::Judgement& judgement : judgements)
    for (const model::Indicator& indicator : judgement.indicators)
      if (indicator.basis == model::Basis::kHuman) ids.insert(indicator.id);
  return ids;
}

/// Runs the solutions and keeps what is needed of each.
class Runner final : public PoolListener {
 public:
  Runner(const Grading& grading, const std::vector<plan::Solution>& solutions,
         const Workload& workload, Progress& progress)
      : grading_(grading),
        solutions_(solutions),
        workload_(workload),
        joiner_(workload),
        progress_(progress),
        differences_(solutions.size()),
        judgements_(solutions.size()),
        varying_(solutions.size()) {}

  void case_done() override { progress_.case_done(); }
  void tick() override { progress_.tick(); }
  void notice(const std::string& text) override { progress_.notice(text); }

  Status submission_done(SubmissionRun run) override {
    for (const ReworkRun& rework : joiner_.add(std::move(run))) judge(rework);
    return success();
  }

  std::vector<std::vector<Difference>> take_differences() { return std::move(differences_); }
  std::vector<model::Judgement> take_judgements() { return std::move(judgements_); }

  /// What a reference does not do in every order, a sentence each.
  std::vector<std::string> take_varying() {
    std::vector<std::string> all;
    for (auto& sentences : varying_) std::ranges::move(sentences, std::back_inserter(all));
    return all;
  }

  /// Why the package's own draft is nothing to compare with; empty where it is fine, or was not
  /// run.
  const std::string& problem_of_draft() const { return problem_of_draft_; }

 private:
  void judge(const ReworkRun& rework) {
    const std::size_t index = rework.run.index;
    std::vector<model::Judgement> at_levels;
    for (const Level level : kLevels)
      at_levels.push_back(judge_run(grading_, workload_.items[rework.item], rework, level));
    differences_[index] = differences_of(solutions_[index], at_levels);
    judgements_[index] = std::move(at_levels.front());
    look_for_varying(rework.run, solutions_[index].path, varying_[index]);
    if (rework.draft != nullptr && rework.draft->kind == model::DraftKind::kPackage)
      look_at_draft(*rework.draft);
    progress_.submission_done();
  }

  static void look_for_varying(const SubmissionRun& run, const std::string& path,
                               std::vector<std::string>& sentences) {
    if (run.repetitions.empty()) return;
    model::Repeated repeated;
    add_repeated(run.observations, run.repetitions, false, repeated);
    for (const model::VaryingCase& varying : repeated.cases)
      sentences.push_back(path + " is a reference, and its case " + varying.case_id +
                          " varies from run to run in " + report::words_of_varying(Json(varying)) +
                          ".");
    for (const model::NotCompared& left_out : repeated.not_compared)
      sentences.push_back(path + " is a reference, and its case " + left_out.case_id +
                          " differs from run to run and goes by the machine (" + left_out.why +
                          "), so that nobody can say whether its order matters.");
    for (const model::LostRun& lost : repeated.lost)
      sentences.push_back(path + " is a reference, and run " + std::to_string(lost.run) +
                          " of its case " + lost.case_id +
                          " failed in the harness: validate again.");
  }

  void look_at_draft(const DraftRun& draft) {
    const auto result = evidence::look_whether_gradable(
        grading_.plan, evidence::draft_entry(grading_.plan.entry), draft.observations, true);
    if (!result.gradable.ok) problem_of_draft_ = result.gradable.reason;
  }

  const Grading& grading_;
  const std::vector<plan::Solution>& solutions_;
  const Workload& workload_;
  Joiner joiner_;
  Progress& progress_;
  std::vector<std::vector<Difference>> differences_;
  std::vector<model::Judgement> judgements_;
  std::vector<std::vector<std::string>> varying_;  ///< by solution
  std::string problem_of_draft_;
};

/// The rubric that gives the anchor; its indicators come first.
std::string anchor_rubric(const model::Judgement& judgement) {
  return judgement.indicators.empty() ? "" : judgement.indicators.front().rubric;
}

/// All that a solution must get, by rubric and id.
using Expected = std::map<std::pair<std::string, std::string>, Verdict>;

Expected expected_by(const plan::Solution& solution, const model::Judgement& judgement) {
  Expected expected;
  for (const auto& [id, verdict] : solution.indicators)
    expected[{anchor_rubric(judgement), id}] = verdict;
  for (const auto& [rubric, verdicts] : solution.rubrics)
    for (const auto& [id, verdict] : verdicts) expected[{rubric, id}] = verdict;
  return expected;
}

/// Verdicts of each machine-decided indicator, over all solutions.
std::map<std::string, std::set<Verdict>> verdicts_seen(
    const std::vector<model::Judgement>& judgements, const std::set<std::string>& by_person) {
  std::map<std::string, std::set<Verdict>> seen;
  for (const model::Judgement& judgement : judgements)
    for (const model::Indicator& indicator : judgement.indicators)
      if (!by_person.contains(indicator.id)) seen[indicator.id].insert(indicator.verdict);
  return seen;
}

}  // namespace

bool Validation::ok() const {
  return !stopped && unproven.empty() &&
         std::ranges::all_of(solutions, [](const auto& s) { return s.differences.empty(); });
}

std::vector<Difference> differences_of(const plan::Solution& solution,
                                       const std::vector<model::Judgement>& judgements) {
  ASSAY_ASSERT(judgements.size() == kLevels.size(), "one judgement for each level");
  std::vector<Difference> differences;
  const model::Judgement& judgement = judgements.front();  // verdicts do not depend on the level
  Expected wanted = expected_by(solution, judgement);
  for (const model::Indicator& indicator : judgement.indicators) {
    const auto says = wanted.extract({indicator.rubric, indicator.id});
    if (says && says.mapped() == indicator.verdict) continue;
    differences.push_back({indicator.id, says ? std::string(model::to_string(says.mapped())) : "",
                           std::string(model::to_string(indicator.verdict)),
                           because(indicator, judgement)});
  }
  for (const auto& [name, verdict] : wanted)
    differences.push_back({name.second, std::string(model::to_string(verdict)), "", ""});
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    const std::string level(model::to_string(kLevels[i]));
    const auto expected = solution.anchors.find(level);
    const bool says = expected != solution.anchors.end();
    const model::Overall& overall = judgements[i].overall;
    const std::string found(model::to_string(overall.anchor));
    if (says && expected->second == found) continue;
    differences.push_back(
        {"anchor at " + level, says ? expected->second : "", found, overall.because});
  }
  return differences;
}

std::vector<std::string> unproven_by(const std::vector<plan::Solution>& solutions,
                                     const std::vector<model::Judgement>& judgements, bool whole) {
  ASSAY_ASSERT(solutions.size() == judgements.size(), "one judgement for each solution");
  std::vector<std::string> unproven;
  const std::set<std::string> by_person = decided_by_person(judgements);
  for (const auto& [id, verdicts] : verdicts_seen(judgements, by_person))
    for (const Verdict wanted : {Verdict::kObserved, Verdict::kNotObserved})
      if (whole && !verdicts.contains(wanted))
        unproven.push_back("No solution gets " + std::string(model::to_string(wanted)) + " for " +
                           id + ": add one that does.");
  for (std::size_t i = 0; i < solutions.size(); ++i) {
    const std::string& name = solutions[i].path;
    for (const model::Indicator& indicator : judgements[i].indicators) {
      if (by_person.contains(indicator.id)) continue;
      if (indicator.rubric != anchor_rubric(judgements[i])) continue;
      const bool positive = indicator.polarity == Polarity::kPositive;
      const bool observed = indicator.verdict == Verdict::kObserved;
      if (solutions[i].kind == "reference" && positive && !observed)
        unproven.push_back(name + " is a reference and lacks " + indicator.id + ".");
      if (solutions[i].kind != "flawed" && !positive && observed)
        unproven.push_back(name + " is right and yet gets " + indicator.id + ".");
    }
  }
  return unproven;
}

namespace {

std::string meant(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest_word(word, known);
  return near.empty() ? "expected " + rubrics::listed(known, known.size())
                      : "did you mean \"" + near + "\"?";
}

/// The verdicts at `pointer` of expected.yaml against the indicators of their rubric.
void compare_ids(const plan::Solution& solution, const std::string& pointer,
                 const std::map<std::string, Verdict>& verdicts, const rubrics::Rubric& rubric,
                 std::vector<Error>& errors) {
  std::vector<std::string> known, missing;
  for (const rubrics::IndicatorRule& rule : rubric.indicators) {
    known.push_back(rule.id);
    if (!verdicts.contains(rule.id)) missing.push_back(rule.id);
  }
  for (const auto& [id, unused] : verdicts)
    if (std::ranges::find(known, id) == known.end())
      errors.push_back(input_error("the rubric " + rubric.id + " has no indicator \"" + id +
                                       "\" in this variant; " + meant(id, known),
                                   solution.places.at(pointer + pointer_step(id))));
  if (!missing.empty())
    errors.push_back(input_error("says nothing of " + rubrics::listed(missing, missing.size()) +
                                     " of the rubric " + rubric.id +
                                     "; expected a verdict on every indicator",
                                 solution.places.at(pointer)));
}

}  // namespace

Status check_expectations(const plan::Solution& solution,
                          const std::vector<rubrics::Rubric>& rubrics) {
  std::vector<Error> errors;
  std::vector<std::string> further;
  for (const rubrics::Rubric& rubric : rubrics) {
    if (&rubric == &rubrics.front()) {
      compare_ids(solution, "/indicators", solution.indicators, rubric, errors);
      continue;
    }
    further.push_back(rubric.id);
    if (const auto said = solution.rubrics.find(rubric.id); said != solution.rubrics.end())
      compare_ids(solution, "/rubrics" + pointer_step(rubric.id), said->second, rubric, errors);
    else if (!rubric.indicators.empty())
      errors.push_back(input_error("says nothing of the rubric " + rubric.id +
                                       ", which the exercise has as well; expected its indicators "
                                       "under `rubrics`",
                                   solution.places.at("/indicators")));
  }
  for (const auto& [id, unused] : solution.rubrics)
    if (std::ranges::find(further, id) == further.end())
      errors.push_back(input_error("the exercise has no further rubric \"" + id + "\"" +
                                       (further.empty() ? "" : "; " + meant(id, further)),
                                   solution.places.at("/rubrics" + pointer_step(id))));
  if (!errors.empty()) return join_errors(std::move(errors));
  return success();
}

Result<model::Submission> submission_of(const plan::Solution& solution,
                                        const std::string& entry_file) {
  ASSAY_TRY(Intake intake, take_in({solution.folder}, {.entry_file = entry_file}));
  if (intake.submissions.size() != 1)
    return input_error("the solution has no " + entry_file, {solution.folder});
  model::Submission submission = std::move(intake.submissions.front());
  std::erase_if(submission.files, [](const auto& file) { return file.path == kExpectedFile; });
  submission.id = solution.path;
  submission.sha256 = model::hash_of_files(submission.files);
  return submission;
}

namespace {

/// What the solutions of all variants so far have shown.
struct Shown {
  std::vector<plan::Solution> solutions;
  std::vector<model::Judgement> judgements;
};

/// What is known of a variant before anything is run.
struct Loaded {
  Grading grading;
  std::vector<plan::Solution> solutions;
};

Result<Loaded> load_variant(const ValidateOptions& options, const std::string& variant) {
  Loaded loaded;
  ASSAY_TRY(loaded.grading, load_grading(options.exercise, variant, options.seed));
  ASSAY_TRY(loaded.solutions, plan::load_solutions(loaded.grading.package));
  std::vector<Error> errors;
  for (const plan::Solution& solution : loaded.solutions)
    if (const Status checked = check_expectations(solution, loaded.grading.rubrics); !checked.ok())
      errors.push_back(checked.error());
  if (!errors.empty()) return join_errors(std::move(errors));
  return loaded;
}

/// Runs the solutions of one variant and adds what came of them.
Result<PoolEnd> validate_variant(const ValidateOptions& options, const Loaded& loaded,
                                 Progress& progress, Validation& result, Shown& shown) {
  const auto& [grading, solutions] = loaded;
  const std::string& variant = grading.package.variant;
  std::vector<Rework> reworks;
  for (const plan::Solution& solution : solutions) {
    ASSAY_TRY(model::Submission submission, submission_of(solution, grading.plan.entry.file));
    reworks.push_back({std::move(submission), solution.draft});
  }
  const Workload workload = make_workload(std::move(reworks), grading.package.exercise.draft);
  result.exercise = grading.package.exercise.id;
  result.cases = grading.plan.cases.size();
  if (solutions.empty()) result.unproven.push_back("The variant " + variant + " has no solutions.");
  PoolOptions pool = pool_options_of(options);
  std::size_t repetitions = 0;
  for (const Workload::Item& item : workload.about) {
    const bool again = item.submission && solutions[*item.submission].kind == "reference";
    pool.repeats.push_back(again ? options.repeat : 1);
    repetitions += (pool.repeats.back() - 1) * result.cases;
  }
  progress.begin(solutions.size(), workload.items.size() - solutions.size(), result.cases,
                 repetitions);
  Runner runner(grading, solutions, workload, progress);
  ASSAY_TRY(const PoolEnd end, run_pool(grading.plan, workload.items, pool, runner));
  if (end == PoolEnd::kStopped) return end;
  if (!runner.problem_of_draft().empty())
    result.unproven.push_back("The draft of the variant " + variant +
                              " cannot be graded itself: " + runner.problem_of_draft());
  std::ranges::move(runner.take_varying(), std::back_inserter(result.unproven));
  auto differences = runner.take_differences();
  for (std::size_t i = 0; i < solutions.size(); ++i) {
    result.solutions.push_back({solutions[i], std::move(differences[i])});
    shown.solutions.push_back(solutions[i]);
  }
  std::ranges::move(runner.take_judgements(), std::back_inserter(shown.judgements));
  return end;
}

}  // namespace

Result<Validation> validate(const ValidateOptions& options, Progress& progress) {
  ASSAY_TRY(const plan::Package package, plan::load(options.exercise, options.variant));
  std::vector<std::string> variants = package.exercise.variants;
  Validation result{.whole = options.variant.empty() || variants.size() == 1};
  if (!options.variant.empty()) variants = {options.variant};
  std::vector<Loaded> all;
  for (const std::string& variant : variants) {
    ASSAY_TRY(Loaded loaded, load_variant(options, variant));
    all.push_back(std::move(loaded));
  }
  Shown shown;
  for (const Loaded& loaded : all) {
    ASSAY_TRY(const PoolEnd end, validate_variant(options, loaded, progress, result, shown));
    if (end == PoolEnd::kStopped) return Validation{.stopped = true};
  }
  std::ranges::move(unproven_by(shown.solutions, shown.judgements, result.whole),
                    std::back_inserter(result.unproven));
  return result;
}

}  // namespace assay::run
